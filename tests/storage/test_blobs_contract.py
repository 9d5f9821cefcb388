"""What containers of blobs promise, in memory and on real storage."""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.settings import StorageSettings
from shared.storage.blobs import AzureBlobs
from shared.storage.calls import Calls, Patience
from shared.storage.clients import blob_service
from shared.storage.ports import (
    AlreadyExists,
    Blob,
    Blobs,
    Changed,
    NoSuchContainer,
    Storage,
    TooLarge,
)


@pytest.fixture
def blobs(storage: Storage) -> Blobs:
    return storage.blobs


@pytest.fixture
def box(blobs: Blobs) -> str:
    """A container that no other test uses."""
    name = "c" + uuid.uuid4().hex
    blobs.create_container(name)
    return name


@pytest.fixture
def nowhere() -> str:
    """The name of a container that is not there."""
    return "c" + uuid.uuid4().hex


def test_a_blob_comes_back_with_its_etag(blobs: Blobs, box: str) -> None:
    etag = blobs.put(box, "a.txt", b"\x00one\xff")

    assert blobs.get(box, "a.txt") == Blob(b"\x00one\xff", etag)


def parts_of(data: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@pytest.mark.parametrize("size", [0, 1, 1000, 4 * 2**20, 4 * 2**20 + 1, 9_000_000])
def test_a_blob_that_is_made_part_by_part_comes_back_whole(
    blobs: Blobs, box: str, size: int
) -> None:
    data = random.Random(size).randbytes(size)

    etag = blobs.put_parts(box, "a", parts_of(data, 70_001), content_type="application/json")

    assert blobs.get(box, "a") == Blob(data, etag)


def test_parts_take_the_place_of_what_was_there(blobs: Blobs, box: str) -> None:
    first = blobs.put(box, "a", b"one")

    second = blobs.put_parts(box, "a", [b"t", b"", b"wo"])

    assert first != second
    assert blobs.get(box, "a") == Blob(b"two", second)


def test_a_blob_whose_parts_cannot_be_made_is_not_there(blobs: Blobs, box: str) -> None:
    def failing() -> Iterator[bytes]:
        yield b"x" * 5_000_000
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        blobs.put_parts(box, "a", failing())

    assert blobs.get(box, "a") is None
    assert list(blobs.names(box)) == []


def test_parts_need_a_container_and_a_name(blobs: Blobs, box: str, nowhere: str) -> None:
    with pytest.raises(NoSuchContainer):
        blobs.put_parts(nowhere, "a", [b"x"])
    with pytest.raises(ValueError, match="name"):
        blobs.put_parts(box, "../a", [b"x"])


def test_an_empty_blob_comes_back(blobs: Blobs, box: str) -> None:
    etag = blobs.put(box, "a", b"")

    assert blobs.get(box, "a") == Blob(b"", etag)
    assert blobs.get(box, "a", limit=0) == Blob(b"", etag)


def test_a_blob_that_is_not_there_is_none(blobs: Blobs, box: str, nowhere: str) -> None:
    assert blobs.get(box, "a") is None
    assert blobs.get(nowhere, "a") is None


def test_a_put_replaces_what_was_there(blobs: Blobs, box: str) -> None:
    first = blobs.put(box, "a", b"one, and longer")

    second = blobs.put(box, "a", b"two")

    assert blobs.get(box, "a") == Blob(b"two", second)
    assert first != second


def test_the_same_bytes_again_are_a_new_version(blobs: Blobs, box: str) -> None:
    etags = {blobs.put(box, "a", b"same") for _ in range(5)}

    assert len(etags) == 5


def test_a_new_blob_must_not_be_there(blobs: Blobs, box: str) -> None:
    etag = blobs.put(box, "a", b"one", new=True)

    with pytest.raises(AlreadyExists):
        blobs.put(box, "a", b"two", new=True)

    assert blobs.get(box, "a") == Blob(b"one", etag)


def test_a_put_under_an_etag_needs_that_version(blobs: Blobs, box: str) -> None:
    old = blobs.put(box, "a", b"one")
    new = blobs.put(box, "a", b"two", etag=old)

    with pytest.raises(Changed):
        blobs.put(box, "a", b"three", etag=old)

    assert blobs.get(box, "a") == Blob(b"two", new)


def test_a_put_under_an_etag_needs_the_blob(blobs: Blobs, box: str) -> None:
    etag = blobs.put(box, "a", b"one")
    blobs.delete(box, "a")

    with pytest.raises(Changed):
        blobs.put(box, "a", b"two", etag=etag)

    assert blobs.get(box, "a") is None


@pytest.mark.parametrize(
    "options", [{"etag": ""}, {"etag": "*"}, {"new": True, "etag": '"0x1"'}], ids=str
)
def test_a_put_under_a_condition_without_sense_is_refused(
    blobs: Blobs, box: str, options: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="ETag"):
        blobs.put(box, "a", b"one", **options)

    assert blobs.get(box, "a") is None


def test_a_put_needs_its_container(blobs: Blobs, nowhere: str) -> None:
    for new in (False, True):
        with pytest.raises(NoSuchContainer):
            blobs.put(nowhere, "a", b"one", new=new)


def test_a_kept_blob_does_not_change_with_the_callers_buffer(blobs: Blobs, box: str) -> None:
    data = bytearray(b"one")
    blobs.put(box, "a", bytes(data))

    data[0] = 0

    blob = blobs.get(box, "a")
    assert blob is not None
    assert blob.data == b"one"


def test_a_delete_says_whether_the_blob_was_there(blobs: Blobs, box: str, nowhere: str) -> None:
    blobs.put(box, "a", b"one")

    assert blobs.delete(box, "a") is True
    assert blobs.delete(box, "a") is False
    assert blobs.delete(nowhere, "a") is False


def test_a_delete_under_an_etag_needs_that_version(blobs: Blobs, box: str) -> None:
    old = blobs.put(box, "a", b"one")
    new = blobs.put(box, "a", b"two")

    with pytest.raises(Changed):
        blobs.delete(box, "a", etag=old)

    assert blobs.delete(box, "a", etag=new) is True
    assert blobs.delete(box, "a", etag=new) is False


@pytest.mark.parametrize("size", [0, 9, 10])
def test_a_blob_up_to_the_limit_is_read(blobs: Blobs, box: str, size: int) -> None:
    blobs.put(box, "a", b"x" * size)

    blob = blobs.get(box, "a", limit=10)

    assert blob is not None
    assert blob.data == b"x" * size


def test_a_blob_over_the_limit_is_too_large(blobs: Blobs, box: str) -> None:
    blobs.put(box, "a", b"x" * 11)

    with pytest.raises(TooLarge):
        blobs.get(box, "a", limit=10)


def test_a_blob_of_64_mib_comes_back(blobs: Blobs, box: str) -> None:
    data = b"".join(hashlib.sha256(bytes([n])).digest() * 2**15 for n in range(64)) + b"end"
    etag = blobs.put(box, "a", data, new=True)

    blob = blobs.get(box, "a")

    assert blob is not None
    assert blob.etag == etag
    assert blob.data == data
    with pytest.raises(TooLarge):
        blobs.get(box, "a", limit=len(data) - 1)


HOSTILE = [
    "a b",
    " a",
    "a ",
    "ä",
    "a\u0308",
    "日本.txt",
    "😀",
    "100%",
    "a%20b",
    "%2e%2e",
    "a%2Fb",
    "what?x=1&y=2",
    "a#b",
    "it's",
    'say "a"',
    "<a>&amp;</a>",
    "a+b",
    "a;b,c=d:e",
    "{}[]^`|*~$@!",
    ".hidden",
    "a..b",
    "a...",
    "trail.",
    "\u00a0",
    "\u202etxt.exe",
    "\ufeffa",
    "A",
    "-",
    "x" * 1024,
]


@pytest.mark.parametrize("name", [*HOSTILE, "/a", "a//b", "dir/", "dir/a b/ä?"])
def test_a_hostile_name_stays_what_it_is(blobs: Blobs, box: str, name: str) -> None:
    blobs.put(box, "other", b"other")

    etag = blobs.put(box, name, b"one", new=True)

    assert blobs.get(box, name) == Blob(b"one", etag)
    assert [item.name for item in blobs.list(box, prefix=name)] == [name]
    assert list(blobs.names(box, prefix=name)) == [name]
    blobs.put(box, name, b"two", etag=etag)
    assert blobs.delete(box, name) is True
    assert list(blobs.names(box)) == ["other"]


def test_hostile_names_are_listed_and_removed_together(blobs: Blobs, box: str) -> None:
    names = sorted(f"p/{name}"[:1024] for name in HOSTILE)
    for name in names:
        blobs.put(box, name, b"x")

    # Sorted again: Azurite puts an emoji before U+FEFF, in the order of UTF-16.
    assert sorted(blobs.names(box)) == names
    assert sorted(item.name for item in blobs.list(box)) == names
    assert blobs.delete_prefix(box, "p/") == len(names)
    assert list(blobs.names(box)) == []


@pytest.mark.parametrize(
    "name",
    [
        *("", "a\0b", "a\nb", "\x1f", "\x7f", "\x85", "\ud800", "\ufffe", "\uffff", "x" * 1025),
        *("..", "../a", "a/../b", "a/.", "./a", "a\\b"),
    ],
)
def test_a_name_that_no_blob_can_have_is_refused(blobs: Blobs, box: str, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        blobs.put(box, name, b"x")

    assert blobs.get(box, name) is None
    assert blobs.delete(box, name) is False
    assert list(blobs.names(box)) == []


@pytest.mark.parametrize(
    "name", ["", "ab", "Abc", "a_b", "-abc", "abc-", "a--b", "a/b", "$logs", "../a", "x" * 64]
)
def test_a_container_name_that_azure_would_not_take_is_refused(blobs: Blobs, name: str) -> None:
    uses: list[Callable[[], object]] = [
        lambda: blobs.get(name, "a"),
        lambda: blobs.put(name, "a", b""),
        lambda: blobs.delete(name, "a"),
        lambda: list(blobs.list(name)),
        lambda: list(blobs.names(name)),
        lambda: blobs.delete_prefix(name, "a"),
        lambda: blobs.container_exists(name),
        lambda: blobs.create_container(name),
    ]

    for use in uses:
        with pytest.raises(ValueError, match="container"):
            use()


NAMES = ["A.txt", "a", "a.txt", "a/", "a/b.txt", "a/b/c.txt", "a0", "b/a.txt", "é.txt", "日.txt"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, NAMES),
        ({"prefix": "a"}, NAMES[1:7]),
        ({"prefix": "a/"}, ["a/", "a/b.txt", "a/b/c.txt"]),
        ({"prefix": "a", "root_only": True}, ["a", "a.txt", "a0"]),
        ({"prefix": "a/", "root_only": True}, ["a/", "a/b.txt"]),
        ({"root_only": True}, ["A.txt", "a", "a.txt", "a0", "é.txt", "日.txt"]),
        ({"root_only": True, "suffix": ".txt"}, ["A.txt", "a.txt", "é.txt", "日.txt"]),
        ({"suffix": ".txt", "prefix": "b"}, ["b/a.txt"]),
        ({"prefix": "c"}, []),
    ],
    ids=str,
)
def test_a_list_goes_by_name(
    blobs: Blobs, box: str, options: dict[str, Any], expected: list[str]
) -> None:
    for name in reversed(NAMES):
        blobs.put(box, name, b"x")

    assert NAMES == sorted(NAMES)
    assert [item.name for item in blobs.list(box, **options)] == expected
    assert list(blobs.names(box, **options)) == expected


@pytest.mark.parametrize("wanted", [1, 2, 3, 100])
@pytest.mark.parametrize("root_only", [True, False])
def test_a_list_is_whole_however_many_are_wanted(
    blobs: Blobs, box: str, wanted: int, root_only: bool
) -> None:
    for name in ("a.txt", "b.md", "c/d.txt", "e.txt", "f.txt"):
        blobs.put(box, name, b"x")

    found = blobs.list(box, root_only=root_only, suffix=".txt", wanted=wanted)

    names = ["a.txt", "c/d.txt", "e.txt", "f.txt"]
    assert [one.name for one in found] == [one for one in names if not root_only or "/" not in one]


def test_a_list_tells_size_etag_and_time(blobs: Blobs, box: str) -> None:
    etag = blobs.put(box, "a", b"12345")

    for root_only in (False, True):
        (item,) = blobs.list(box, root_only=root_only)

        assert (item.name, item.size, item.etag) == ("a", 5, etag)
        assert abs(datetime.now(UTC) - item.modified) < timedelta(minutes=1)
        assert item.modified.utcoffset() == timedelta(0)


def test_a_container_that_is_not_there_has_no_list(blobs: Blobs, nowhere: str) -> None:
    for read in (
        lambda: list(blobs.list(nowhere)),
        lambda: list(blobs.list(nowhere, root_only=True)),
        lambda: list(blobs.names(nowhere)),
        lambda: blobs.delete_prefix(nowhere, "a"),
    ):
        with pytest.raises(NoSuchContainer):
            read()


def test_a_prefix_is_removed_and_nothing_else(blobs: Blobs, box: str) -> None:
    kept = ["a", "a-", "a0", "b/a/1"]
    removed = [f"a/{n:03}" for n in range(300)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: blobs.put(box, name, b""), kept + removed))

    assert blobs.delete_prefix(box, "a/") == 300
    assert blobs.delete_prefix(box, "a/") == 0
    assert list(blobs.names(box)) == kept


def test_an_empty_prefix_is_not_removed(blobs: Blobs, box: str) -> None:
    blobs.put(box, "a", b"")

    with pytest.raises(ValueError, match="prefix"):
        blobs.delete_prefix(box, "")

    assert list(blobs.names(box)) == ["a"]


def test_a_container_is_made_once(blobs: Blobs, nowhere: str) -> None:
    before = blobs.container_exists(nowhere)

    made = [blobs.create_container(nowhere), blobs.create_container(nowhere)]

    assert before is False
    assert made == [True, False]
    assert blobs.container_exists(nowhere) is True


def test_containers_are_listed_by_name(blobs: Blobs) -> None:
    names = [f"c{n}{uuid.uuid4().hex}" for n in (3, 1, 2)]
    for name in names:
        blobs.create_container(name)

    found = blobs.containers()

    assert list(found) == sorted(found)
    assert set(names) <= set(found)


@pytest.mark.parametrize("steps", [10, pytest.param(50, marks=pytest.mark.slow)])
def test_no_change_of_eight_writers_is_lost(blobs: Blobs, box: str, steps: int) -> None:
    blobs.put(box, "a", b"0")

    def add(_: int) -> None:
        for _step in range(steps):
            while True:
                blob = blobs.get(box, "a")
                assert blob is not None
                try:
                    blobs.put(box, "a", b"%d" % (int(blob.data) + 1), etag=blob.etag)
                    break
                except Changed:
                    continue

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(8)))

    blob = blobs.get(box, "a")
    assert blob is not None
    assert blob.data == b"%d" % (8 * steps)


def test_of_many_new_blobs_at_once_one_stays(blobs: Blobs, box: str) -> None:
    def write(number: int) -> bool:
        try:
            blobs.put(box, "a", b"%d" % number, new=True)
        except AlreadyExists:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = [number for number, done in enumerate(pool.map(write, range(16))) if done]

    blob = blobs.get(box, "a")
    assert blob is not None
    assert won == [int(blob.data)]


@pytest.mark.azurite
def test_a_list_of_many_pages_is_whole_and_in_order(azurite: str) -> None:
    service = blob_service(StorageSettings(connection_string=azurite), None, Patience())
    blobs = AzureBlobs(service, Calls(Patience()), page_size=70)
    box = "c" + uuid.uuid4().hex
    blobs.create_container(box)
    names = [f"{n:03}.txt" for n in range(600)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: blobs.put(box, name, b""), [*names, "dir/1.txt", "dir/2"]))

    assert list(blobs.names(box)) == [*names, "dir/1.txt", "dir/2"]
    assert [item.name for item in blobs.list(box, root_only=True, suffix=".txt")] == names
    assert blobs.delete_prefix(box, "0") == 100
    assert list(blobs.names(box, root_only=True)) == names[100:]
    blobs.close()


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 100])
def test_a_listing_goes_on_from_a_marker_in_any_process(blobs: Blobs, box: str, size: int) -> None:
    names = ["a/1.txt", "a/2.bin", "a/é 😀.txt", "a/ü+&?#%41'\".txt"]
    for name in [*names, "0.txt", "b/1.txt"]:
        blobs.put(box, name, b"")

    found: list[str] = []
    marker: str | None = None
    pages = 0
    while True:
        page = blobs.name_page(box, prefix="a/", suffix=".txt", size=size, marker=marker)
        assert len(page.names) <= size
        found += page.names
        pages += 1
        marker = page.marker
        if marker is None:
            break

    assert found == sorted(name for name in names if name.endswith(".txt"))
    # A page that ends with the last name may not know it.
    assert -(-len(names) // size) <= pages <= -(-len(names) // size) + 1
    again = blobs.name_page(box, prefix="a/", suffix=".txt", size=100)
    assert (list(again.names), again.marker) == (found, None)


def test_a_page_of_an_empty_listing_is_the_last(blobs: Blobs, box: str, nowhere: str) -> None:
    page = blobs.name_page(box, prefix="x", size=10)

    assert (list(page.names), page.marker) == ([], None)
    with pytest.raises(NoSuchContainer):
        blobs.name_page(nowhere, size=10)
