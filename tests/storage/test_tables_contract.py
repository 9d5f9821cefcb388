"""What a table promises, in memory and on real storage."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.storage.ports import (
    AlreadyExists,
    Change,
    Changed,
    Delete,
    Insert,
    Put,
    Replace,
    Row,
    Storage,
    Table,
    TooLarge,
    Value,
)

NOON = datetime(2024, 5, 6, 12, 0, tzinfo=UTC)


@pytest.fixture
def table(storage: Storage) -> Table:
    return storage.table("contract")


@pytest.fixture
def part() -> str:
    """A partition that no other test uses."""
    return uuid.uuid4().hex


def keys(table: Table, part: str, **options: Any) -> list[str]:
    return [row.key for row in table.query(part, **options)]


def test_a_row_that_is_not_there_is_none(table: Table, part: str) -> None:
    assert table.get(part, "a") is None


def test_a_table_is_made_when_it_is_first_used(storage: Storage) -> None:
    uses: list[Callable[[Table], object]] = [
        lambda table: table.get("a", "b"),
        lambda table: table.insert(Row("a", "b", {})),
        lambda table: table.put(Row("a", "b", {})),
        lambda table: table.delete("a", "b"),
        lambda table: list(table.query("a")),
        lambda table: list(table.scan()),
        lambda table: table.transact([Insert(Row("a", "b", {}))]),
    ]

    for use in uses:
        table = storage.table("t" + uuid.uuid4().hex)

        use(table)
        table.put(Row("a", "c", {"x": 1}))

        assert table.get("a", "c") is not None


def test_a_replace_in_a_table_that_is_not_there_is_refused(storage: Storage) -> None:
    with pytest.raises(Changed):
        storage.table("t" + uuid.uuid4().hex).replace(Row("a", "b", {}), etag='W/"1"')


VALUES: dict[str, Value] = {
    "text": 'it\'s a "text" \\ with & <signs>, ñ, 日本 and 😀\r\n\t',
    "empty": "",
    "looks_like_a_date": "2024-05-06T07:08:09Z",
    "looks_like_a_number": "12",
    "zero": 0,
    "small": -3,
    "over_32_bits": 2**40,
    "greatest": 2**63 - 1,
    "least": -(2**63),
    "whole_double": 1.0,
    "double": 0.1,
    "tiny": 5e-324,
    "huge": 1.7e308,
    "true": True,
    "false": False,
    "microseconds": datetime(2024, 5, 6, 7, 8, 9, 123456, tzinfo=UTC),
    "midnight": datetime(2024, 5, 6, tzinfo=UTC),
    "oldest": datetime(1601, 1, 1, tzinfo=UTC),
    "last": datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    "bytes": b"\x00\xff\x80",
    "no_bytes": b"",
}


def test_values_come_back_equal_and_of_their_own_type(table: Table, part: str) -> None:
    etag = table.insert(Row(part, "a", VALUES))

    row = table.get(part, "a")

    assert row == Row(part, "a", VALUES, etag)
    assert {name: type(value) for name, value in row.values.items()} == {
        name: type(value) for name, value in VALUES.items()
    }
    assert [*table.query(part)] == [row]


def test_a_property_that_is_none_is_left_out(table: Table, part: str) -> None:
    table.put(Row(part, "a", {"x": None, "y": 1}))

    row = table.get(part, "a")

    assert row is not None
    assert row.values == {"y": 1}


def test_a_moment_of_another_time_zone_comes_back_in_utc(table: Table, part: str) -> None:
    moment = datetime(2024, 5, 6, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    table.put(Row(part, "a", {"at": moment}))

    row = table.get(part, "a")

    assert row is not None
    assert row.values["at"] == moment
    assert str(row.values["at"]) == "2024-05-05 23:30:00+00:00"


def test_a_member_of_a_string_enumeration_is_kept_as_its_value(table: Table, part: str) -> None:
    class Colour(str, enum.Enum):  # noqa: UP042 - the kind whose str() is not its value
        RED = "red"

    table.put(Row(part, "a", {"colour": Colour.RED}))

    row = table.get(part, "a")

    assert row is not None
    assert type(row.values["colour"]) is str
    assert row.values == {"colour": "red"}
    assert keys(table, part, where={"colour": Colour.RED}) == ["a"]


def test_a_kept_row_does_not_change_with_the_callers_mapping(table: Table, part: str) -> None:
    values: dict[str, Value] = {"x": 1}
    table.put(Row(part, "a", values))

    values["x"] = 2
    row = table.get(part, "a")
    assert row is not None
    assert isinstance(row.values, dict)
    row.values["x"] = 3

    again = table.get(part, "a")
    assert again is not None
    assert again.values == {"x": 1}


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    values=st.dictionaries(
        st.from_regex(r"\Ax[a-z0-9]{0,8}\Z"),
        st.text(st.characters(exclude_categories=["Cs"]))
        | st.integers(-(2**63), 2**63 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.booleans()
        | st.datetimes(datetime(1601, 1, 1), timezones=st.just(UTC))
        | st.binary(max_size=100),
        max_size=8,
    )
)
def test_any_allowed_values_come_back_equal(
    table: Table, part: str, values: dict[str, Value]
) -> None:
    table.put(Row(part, "any", values))

    row = table.get(part, "any")

    assert row is not None
    assert row.values == values


LONGEST = "é" * (32 * 1024)


@pytest.mark.parametrize(
    "values",
    [
        {"x": LONGEST},
        {"x": b"\x80" * 64 * 1024},
        {f"p{n}": n for n in range(252)},
        {f"p{n}": LONGEST for n in range(15)},
    ],
    ids=["text", "bytes", "properties", "row"],
)
def test_the_largest_values_are_kept(table: Table, part: str, values: dict[str, Value]) -> None:
    table.insert(Row(part, "a", values))

    row = table.get(part, "a")

    assert row is not None
    assert row.values == values


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"x": LONGEST + "x"}, ValueError),
        ({"x": "😀" * (16 * 1024) + "x"}, ValueError),
        ({"x": b"x" * (64 * 1024 + 1)}, ValueError),
        ({f"p{n}": n for n in range(253)}, ValueError),
        ({f"p{n}": LONGEST for n in range(16)}, TooLarge),
        ({"x": 2**63}, ValueError),
        ({"x": -(2**63) - 1}, ValueError),
        ({"x": float("nan")}, ValueError),
        ({"x": float("inf")}, ValueError),
        ({"x": datetime(2024, 5, 6)}, ValueError),
        ({"x": datetime(1600, 12, 31, tzinfo=UTC)}, ValueError),
        ({"x": "\ud800"}, ValueError),
        ({"x": ["a"]}, ValueError),
        ({"": 1}, ValueError),
        ({"a-b": 1}, ValueError),
        ({"1a": 1}, ValueError),
        ({"ä": 1}, ValueError),
        ({"x" * 256: 1}, ValueError),
        ({"RowKey": "x"}, ValueError),
        ({"Timestamp": NOON}, ValueError),
    ],
)
def test_what_a_row_cannot_hold_is_refused(
    table: Table, part: str, values: dict[str, Any], error: type[Exception]
) -> None:
    row = Row(part, "a", values)

    for write in (
        lambda: table.insert(row),
        lambda: table.put(row),
        lambda: table.transact([Put(row)]),
        lambda: table.put_all([row]),
    ):
        with pytest.raises(error):
            write()

    assert table.get(part, "a") is None


def test_an_error_about_a_text_does_not_carry_the_text(table: Table, part: str) -> None:
    with pytest.raises(ValueError, match="x has a lone surrogate") as caught:
        table.put(Row(part, "a", {"x": "secret\ud800"}))

    assert caught.value.__cause__ is None
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "key",
    ["", "a/b", "a\\b", "a#b", "a?b", "a\0b", "a\n", "A", "ä", "a b", "a'b", "a%b", "x" * 513],
)
def test_a_key_that_is_not_of_the_allowed_signs_is_refused(
    table: Table, part: str, key: str
) -> None:
    uses: list[Callable[[], object]] = [
        lambda: table.get(part, key),
        lambda: table.get(key, "a"),
        lambda: table.insert(Row(part, key, {})),
        lambda: table.insert(Row(key, "a", {})),
        lambda: table.delete(part, key),
        lambda: table.query(key),
        lambda: table.transact([Delete(part, key)]),
    ]

    for use in uses:
        with pytest.raises(ValueError, match="key"):
            use()


def test_the_longest_key_is_kept(table: Table) -> None:
    longest = uuid.uuid4().hex * 16

    table.insert(Row(longest, longest, {"x": 1}))

    assert table.get(longest, longest) is not None
    assert keys(table, longest) == [longest]


def test_a_bound_that_is_not_of_the_allowed_signs_is_refused(table: Table, part: str) -> None:
    for name in ("after", "first", "below"):
        with pytest.raises(ValueError, match="bound"):
            keys(table, part, **{name: "a' or '1' eq '1"})
    with pytest.raises(ValueError, match="bound"):
        table.scan(partition_below="a'")


def test_an_insert_over_a_row_is_refused_and_changes_nothing(table: Table, part: str) -> None:
    table.insert(Row(part, "a", {"x": 1}))

    with pytest.raises(AlreadyExists):
        table.insert(Row(part, "a", {"x": 2}))

    row = table.get(part, "a")
    assert row is not None
    assert row.values == {"x": 1}


def test_a_replace_takes_the_place_of_all_properties(table: Table, part: str) -> None:
    etag = table.insert(Row(part, "a", {"x": 1, "y": 2}))

    changed = table.replace(Row(part, "a", {"x": 3}), etag=etag)

    assert table.get(part, "a") == Row(part, "a", {"x": 3}, changed)


def test_a_put_takes_the_place_of_all_properties(table: Table, part: str) -> None:
    table.put(Row(part, "a", {"x": 1, "y": 2}))

    etag = table.put(Row(part, "a", {"x": 3}))

    assert table.get(part, "a") == Row(part, "a", {"x": 3}, etag)


def test_every_write_gives_a_new_etag(table: Table, part: str) -> None:
    row = Row(part, "a", {"x": 1})
    etags = [table.insert(row)]

    etags.append(table.replace(row, etag=etags[-1]))
    etags.append(table.put(row))
    etags += table.transact([Replace(row, etags[-1])])
    etags += table.transact([Put(row)])

    kept = table.get(part, "a")
    assert kept is not None
    assert kept.etag == etags[-1]
    assert len(set(etags)) == 5


def test_a_replace_under_an_old_etag_is_refused(table: Table, part: str) -> None:
    old = table.insert(Row(part, "a", {"x": 1}))
    table.put(Row(part, "a", {"x": 2}))

    with pytest.raises(Changed):
        table.replace(Row(part, "a", {"x": 3}), etag=old)

    row = table.get(part, "a")
    assert row is not None
    assert row.values == {"x": 2}


def test_a_replace_of_a_row_that_is_gone_is_refused(table: Table, part: str) -> None:
    etag = table.insert(Row(part, "a", {}))
    table.delete(part, "a")

    with pytest.raises(Changed):
        table.replace(Row(part, "a", {}), etag=etag)

    assert table.get(part, "a") is None


@pytest.mark.parametrize("etag", ["", "*"])
def test_an_etag_that_would_match_any_version_is_refused(
    table: Table, part: str, etag: str
) -> None:
    row = Row(part, "a", {"x": 1})
    table.put(row)

    for change in (
        lambda: table.replace(row, etag=etag),
        lambda: table.delete(part, "a", etag=etag),
        lambda: table.transact([Replace(row, etag)]),
        lambda: table.transact([Delete(part, "a", etag)]),
    ):
        with pytest.raises(ValueError, match="ETag"):
            change()


def test_a_delete_says_whether_the_row_was_there(table: Table, part: str) -> None:
    table.insert(Row(part, "a", {}))

    assert table.delete(part, "a") is True
    assert table.delete(part, "a") is False


def test_a_delete_under_an_etag_needs_that_version(table: Table, part: str) -> None:
    old = table.insert(Row(part, "a", {}))
    new = table.put(Row(part, "a", {}))

    with pytest.raises(Changed):
        table.delete(part, "a", etag=old)

    assert table.delete(part, "a", etag=new) is True
    assert table.delete(part, "a", etag=new) is False


#: In the order of their signs' numbers: `-`, digits, letters, `|`.
ORDERED = ["-", "0", "00", "9", "a", "a-", "a-b", "a0", "ab", "a|", "a|b", "a|c", "b", "|"]


def test_a_query_gives_the_rows_of_one_partition_in_the_order_of_keys(
    table: Table, part: str
) -> None:
    for key in reversed(ORDERED):
        table.put(Row(part, key, {"key": key}))
        table.put(Row(part + "-", key, {}))

    rows = list(table.query(part))

    assert [row.key for row in rows] == ORDERED == sorted(ORDERED)
    assert all(row.partition == part and row.etag for row in rows)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"after": "a|"}, ["a|b", "a|c", "b", "|"]),
        ({"first": "a|"}, ["a|", "a|b", "a|c", "b", "|"]),
        ({"below": "9"}, ["-", "0", "00"]),
        ({"first": "a|", "below": "a}"}, ["a|", "a|b", "a|c"]),
        ({"first": "a|", "after": "a|b", "below": "b"}, ["a|c"]),
        ({"first": "c", "below": "d"}, []),
        ({"limit": 2}, ["-", "0"]),
        ({"limit": 0}, []),
        ({"after": "0", "limit": 1}, ["00"]),
    ],
)
def test_a_query_keeps_to_its_bounds(
    table: Table, part: str, bounds: dict[str, Any], expected: list[str]
) -> None:
    table.transact([Put(Row(part, key, {})) for key in ORDERED])

    assert keys(table, part, **bounds) == expected


def test_a_limit_below_0_is_refused(table: Table, part: str) -> None:
    with pytest.raises(ValueError, match="limit"):
        table.query(part, limit=-1)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"kind": "it's"}, ["a", "b"]),
        ({"kind": "x' or PartitionKey ne '"}, []),
        ({"kind": ""}, ["c"]),
        ({"size": 2**40}, ["b"]),
        ({"size": -5}, ["c"]),
        ({"done": True}, ["a"]),
        ({"done": False}, ["b"]),
        ({"kind": "it's", "size": 1}, ["a"]),
        ({"kind": "it's", "done": False}, ["b"]),
        ({"absent": "x"}, []),
    ],
)
def test_a_query_finds_rows_by_their_properties(
    table: Table, part: str, where: dict[str, Value], expected: list[str]
) -> None:
    table.put(Row(part, "a", {"kind": "it's", "size": 1, "done": True}))
    table.put(Row(part, "b", {"kind": "it's", "size": 2**40, "done": False}))
    table.put(Row(part, "c", {"kind": "", "size": -5}))

    assert keys(table, part, where=where) == expected


@pytest.mark.parametrize(
    "where",
    [{"x": 0.5}, {"x": b"x"}, {"x": None}, {"x": NOON}, {"x": 2**63}, {"a b": 1}, {"x": "\ud800"}],
)
def test_a_search_that_cannot_be_exact_is_refused(
    table: Table, part: str, where: dict[str, Value]
) -> None:
    with pytest.raises(ValueError, match="propert"):
        table.query(part, where=where)
    with pytest.raises(ValueError, match="propert"):
        table.scan(where=where)


def test_a_limit_counts_the_rows_that_are_found(table: Table, part: str) -> None:
    table.put_all(Row(part, f"{n:02}", {"odd": n % 2}) for n in range(40))

    assert keys(table, part, where={"odd": 1}, limit=3) == ["01", "03", "05"]


def test_more_rows_than_a_page_come_whole_and_in_order(table: Table, part: str) -> None:
    expected = [f"{n:05}" for n in range(2_500)]
    table.put_all(Row(part, key, {"n": int(key), "even": int(key) % 2 == 0}) for key in expected)

    assert keys(table, part) == expected
    assert keys(table, part, where={"even": True}) == expected[::2]
    assert keys(table, part, after="00099", limit=1_200) == expected[100:1_300]


def test_rows_may_be_deleted_while_they_are_read(table: Table, part: str) -> None:
    table.put_all(Row(part, f"{n:05}", {}) for n in range(1_050))

    deleted = [table.delete(row.partition, row.key) for row in table.query(part)]

    assert deleted == [True] * 1_050
    assert keys(table, part) == []


def test_put_all_splits_by_partition_and_the_last_of_a_key_stays(
    storage: Storage, part: str
) -> None:
    table = storage.table("t" + uuid.uuid4().hex)
    rows = [Row(f"{part}-{n % 3}", f"{n // 3 % 150:03}", {"n": n}) for n in range(600)]
    rows += [Row(part, "twice", {"n": n}) for n in range(2)]

    table.put_all(iter(rows))

    found = {(row.partition, row.key): row.values["n"] for row in table.scan()}
    assert found == {(row.partition, row.key): row.values["n"] for row in rows}
    assert len(found) == 451


def test_put_all_of_nothing_does_nothing(table: Table) -> None:
    table.put_all([])


def test_put_all_keeps_large_rows_that_would_not_fit_in_one_transaction(
    table: Table, part: str
) -> None:
    values: dict[str, Value] = {f"p{n}": LONGEST for n in range(3)}

    table.put_all(Row(part, f"{n:02}", values) for n in range(30))

    assert len(keys(table, part)) == 30


def test_a_scan_goes_by_partition_and_then_by_key(storage: Storage) -> None:
    table = storage.table("t" + uuid.uuid4().hex)
    places = [("a", "1"), ("a", "2"), ("a-", "1"), ("a0", "1"), ("a|", "0"), ("b", "1")]
    for partition, key in reversed(places):
        table.put(Row(partition, key, {"one": key == "1"}))

    def found(**options: Any) -> list[tuple[str, str]]:
        return [(row.partition, row.key) for row in table.scan(**options)]

    assert found() == places
    assert found(limit=2) == places[:2]
    assert found(partition_below="a0") == places[:3]
    assert found(partition_below="a0", where={"one": True}) == [("a", "1"), ("a-", "1")]


def test_a_transaction_does_all_its_changes(table: Table, part: str) -> None:
    old = table.insert(Row(part, "old", {"x": 1}))
    table.put(Row(part, "any", {"x": 1}))
    gone = table.insert(Row(part, "gone", {}))

    etags = table.transact(
        [
            Insert(Row(part, "new", {"x": 2})),
            Replace(Row(part, "old", {"x": 2}), old),
            Put(Row(part, "any", {"x": 2})),
            Delete(part, "gone", gone),
        ]
    )

    rows = {row.key: row for row in table.query(part)}
    assert {key: row.values for key, row in rows.items()} == {
        "any": {"x": 2},
        "new": {"x": 2},
        "old": {"x": 2},
    }
    assert etags == [rows["new"].etag, rows["old"].etag, rows["any"].etag, ""]


@pytest.mark.parametrize(
    ("refused", "error"),
    [
        (lambda part, old: Insert(Row(part, "there", {})), AlreadyExists),
        (lambda part, old: Replace(Row(part, "there", {}), old), Changed),
        (lambda part, old: Replace(Row(part, "absent", {}), old), Changed),
        (lambda part, old: Delete(part, "there", old), Changed),
        (lambda part, old: Delete(part, "absent", old), Changed),
        (lambda part, old: Delete(part, "absent"), Changed),
    ],
    ids=["insert", "replace", "replace gone", "delete", "delete gone", "delete absent"],
)
@pytest.mark.parametrize("index", [0, 2])
def test_a_transaction_with_one_refused_change_does_none(
    table: Table,
    part: str,
    index: int,
    refused: Callable[[str, str], Change],
    error: type[AlreadyExists | Changed],
) -> None:
    old = table.insert(Row(part, "there", {"x": 1}))
    now = table.put(Row(part, "there", {"x": 2}))
    table.put(Row(part, "other", {"x": 1}))
    changes: list[Change] = [
        Insert(Row(part, "new", {})),
        Put(Row(part, "other", {"x": 3})),
        Put(Row(part, "more", {})),
    ]
    changes.insert(index, refused(part, old))

    with pytest.raises((AlreadyExists, Changed)) as caught:
        table.transact(changes)

    assert type(caught.value) is error
    assert caught.value.index == index
    assert [*table.query(part)][1:] == [Row(part, "there", {"x": 2}, now)]
    assert [row.values for row in table.query(part)] == [{"x": 1}, {"x": 2}]


@pytest.mark.parametrize(
    "changes",
    [
        lambda part: [],
        lambda part: [Put(Row(part, f"{n:03}", {})) for n in range(101)],
        lambda part: [Put(Row(part, "a", {})), Put(Row(part + "-", "b", {}))],
        lambda part: [Put(Row(part, "a", {})), Delete(part, "a")],
    ],
    ids=["none", "101", "two partitions", "a row twice"],
)
def test_a_transaction_that_can_never_be_is_refused_before_it_is_sent(
    table: Table, part: str, changes: Callable[[str], list[Change]]
) -> None:
    with pytest.raises(ValueError, match="transaction"):
        table.transact(changes(part))

    assert keys(table, part) == []


def test_a_transaction_of_100_changes_is_done(table: Table, part: str) -> None:
    etags = table.transact([Insert(Row(part, f"{n:03}", {"n": n})) for n in range(100)])

    assert etags == [row.etag for row in table.query(part)]
    assert len(etags) == 100


def test_a_transaction_of_over_4_mib_is_too_large(table: Table, part: str) -> None:
    values: dict[str, Value] = {f"p{n}": "x" * 32 * 1024 for n in range(15)}

    with pytest.raises(TooLarge):
        table.transact([Put(Row(part, f"{n}", values)) for n in range(5)])

    assert keys(table, part) == []


def test_of_many_inserts_at_once_one_wins(table: Table, part: str) -> None:
    def insert(number: int) -> bool:
        try:
            table.insert(Row(part, "a", {"n": number}))
        except AlreadyExists:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = [number for number, done in enumerate(pool.map(insert, range(16))) if done]

    row = table.get(part, "a")
    assert row is not None
    assert won == [row.values["n"]]


@pytest.mark.parametrize("steps", [10, pytest.param(50, marks=pytest.mark.slow)])
@pytest.mark.parametrize("in_transaction", [False, True], ids=["replace", "transaction"])
def test_no_change_of_eight_writers_is_lost(
    table: Table, part: str, in_transaction: bool, steps: int
) -> None:
    table.insert(Row(part, "a", {"n": 0}))

    def add(writer: int) -> None:
        for step in range(steps):
            while True:
                row = table.get(part, "a")
                assert row is not None
                number = row.values["n"]
                assert isinstance(number, int)
                new = Row(part, "a", {"n": number + 1})
                try:
                    if in_transaction:
                        note = Insert(Row(part, f"note|{writer}|{step}", {}))
                        table.transact([Replace(new, row.etag), note])
                    else:
                        table.replace(new, etag=row.etag)
                    break
                except Changed:
                    continue

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(8)))

    row = table.get(part, "a")
    assert row is not None
    assert row.values == {"n": 8 * steps}
    notes = keys(table, part, first="note|", below="note}")
    assert len(notes) == (8 * steps if in_transaction else 0)


@pytest.mark.parametrize("name", ["", "ab", "1ab", "Ab1", "a-b", "a b", "a" * 64])
def test_a_table_name_that_azure_would_not_take_is_refused(storage: Storage, name: str) -> None:
    with pytest.raises(ValueError, match="table"):
        storage.table(name)


def test_tables_of_two_names_are_apart(storage: Storage, part: str) -> None:
    one, two = storage.table("contract"), storage.table("contracttwo")

    one.put(Row(part, "a", {}))

    assert two.get(part, "a") is None
    assert storage.table("contract").get(part, "a") is not None
