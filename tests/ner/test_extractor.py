"""The extractor: what it finds, and that nothing makes it fail."""

from __future__ import annotations

import dataclasses
import threading
import tracemalloc
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ner import extractor as module
from shared.ner import opinions, reader
from shared.ner.cardinality import Cardinality
from shared.ner.estimator import EntityEstimator
from shared.ner.extractor import Extractor
from shared.text.spans import Span
from tests.ner.conftest import CATEGORIES, LETTERS, letter, with_opinions


def test_it_finds_what_it_has_learned_in_texts_it_has_not_seen(extractor: Extractor) -> None:
    unseen = [letter(number) for number in range(100, 110)]

    found = extractor.predict([tagged.text for tagged in unseen])

    places = [[(span.start, span.end, span.category) for span in spans] for spans in found]
    assert places == [
        [(span.start, span.end, span.category) for span in tagged.spans] for tagged in unseen
    ]


@given(
    st.lists(
        st.text(max_size=30)
        | st.lists(st.sampled_from([*LETTERS[0].text.split(" "), "\r\n", "\ud800", "公"])).map(
            " ".join
        ),
        max_size=4,
    )
)
@settings(deadline=None, max_examples=60)
def test_spans_are_sorted_apart_and_without_white_space_at_their_edges(
    extractor: Extractor, texts: list[str]
) -> None:
    found = extractor.predict(texts)

    assert len(found) == len(texts)
    for text, spans in zip(texts, found, strict=True):
        reached = 0
        for span in spans:
            assert reached <= span.start < span.end <= len(text)
            assert text[span.start : span.end].strip() == text[span.start : span.end]
            assert span.category in CATEGORIES
            assert span.confidence is not None and 0 <= span.confidence <= 1
            reached = span.end


@pytest.mark.parametrize(
    "text",
    ["", " \r\n", "\x1c", "😀", "\ufeff", "\ud800", "a" * 128_000, "To: Ann " * 16_000],
    ids=["empty", "white", "separator", "emoji", "mark", "surrogate", "long-word", "long-line"],
)
def test_no_text_makes_it_fail(extractor: Extractor, text: str) -> None:
    assert len(extractor.predict([text])) == 1


def test_a_second_reading_that_knows_no_more_finds_the_same(extractor: Extractor) -> None:
    knowledge = extractor.knowledge
    (first,) = knowledge.readings
    nothing = (np.zeros(0, np.int64),) * opinions.COLUMNS
    second = dataclasses.replace(first, column_values=(*first.column_values, *nothing))
    twice = Extractor(dataclasses.replace(knowledge, readings=(first, second)))
    texts = [tagged.text for tagged in LETTERS]

    once, again = extractor.read(texts), twice.read(texts)

    assert again.tags.tolist() == once.tags.tolist()
    # What comes after an island, the second reading does not see: its last tokens are less sure.
    np.testing.assert_allclose(again.chances, once.chances, atol=0.05)


def test_a_second_reading_finds_a_word_that_was_an_entity_elsewhere(
    full: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    payer = CATEGORIES.index("payer")
    # There is more than one payer here.
    plain = Extractor(dataclasses.replace(full.knowledge, cardinality=Cardinality()))
    # A word that is likely in a payer elsewhere begins one here.
    likely = [
        6 * label + bucket for label in (payer, len(CATEGORIES) + payer) for bucket in (3, 4, 5)
    ]
    model = with_opinions(
        plain,
        lambda column, number, label: (
            50.0 * (column == 0 and number in likely and label == 1 + payer)
        ),
    )
    text = "From: Ann\r\nTo: Bob Stone" + "\r\nstill" * 40 + " Ann still"
    once = Extractor(dataclasses.replace(plain.knowledge, readings=plain.knowledge.readings[:1]))
    outside = once.read([text]).chances[:, 0]
    # By this bound the first reading is sure that neither the last words nor those before them are
    # of any entity.
    monkeypatch.setattr(module, "_SHORE", 0.5)

    found = model.predict([text])[0]

    assert outside[1] < 0.5 and outside[-10:].min() > 0.5
    assert plain.predict([text])[0][-1].end < text.rindex("Ann")
    assert (found[-1].start, found[-1].category) == (text.rindex("Ann"), "payer")


def test_no_texts_have_no_entities(extractor: Extractor) -> None:
    assert extractor.predict([]) == []


def test_a_text_is_read_alike_alone_and_among_others(extractor: Extractor) -> None:
    texts = [tagged.text for tagged in LETTERS]
    together = extractor.predict(["", *texts])[1:]

    for text, spans in zip(texts, together, strict=True):
        alone = extractor.predict([text])[0]
        assert [(span.start, span.end, span.category) for span in alone] == [
            (span.start, span.end, span.category) for span in spans
        ]
        assert [span.confidence for span in alone] == pytest.approx(
            [span.confidence for span in spans], abs=1e-4
        )


@pytest.mark.parametrize(
    ("room", "name", "value"),
    [(module, "_BATCH", 1), (module, "_ISLAND", 2), (reader, "_ROWS_BYTES", 1)],
)
def test_its_bounds_change_nothing_of_what_it_finds(
    extractor: Extractor,
    monkeypatch: pytest.MonkeyPatch,
    room: ModuleType,
    name: str,
    value: int,
) -> None:
    texts = [tagged.text for tagged in LETTERS]
    expected = extractor.predict(texts)

    monkeypatch.setattr(room, name, value)
    bounded = Extractor(extractor.knowledge)

    found = bounded.predict(texts)
    assert [[(s.start, s.end, s.category) for s in spans] for spans in found] == [
        [(s.start, s.end, s.category) for s in spans] for spans in expected
    ]


def test_rows_that_are_kept_are_bounded(
    extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "_ROWS_BYTES", 0)
    bounded = Extractor(extractor.knowledge)

    for start in range(0, 4000, 400):
        bounded.predict([" ".join(f"w{'x' * (n % 7)}{n}" for n in range(start, start + 400))])
        bounded.predict([LETTERS[0].text])

    assert bounded.kept_rows <= 1000
    assert extractor.predict([LETTERS[0].text]) == bounded.predict([LETTERS[0].text])


def test_a_new_word_copies_nothing_of_what_is_kept(extractor: Extractor) -> None:
    fresh = Extractor(extractor.knowledge)
    fresh.predict([" ".join(f"w{number}" for number in range(20_000))])
    kept = fresh.kept_rows
    fresh.predict(["warm"])

    tracemalloc.start()
    fresh.predict(["unheard"])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert fresh.kept_rows == kept + 2
    assert peak < 10 * kept


def test_threads_may_share_it(extractor: Extractor) -> None:
    texts = [tagged.text for tagged in LETTERS]
    shared = Extractor(extractor.knowledge)
    expected = [extractor.predict([text]) for text in texts]
    wrong: list[str] = []

    def work(first: int) -> None:
        for number in range(first, first + 20):
            text = texts[number % len(texts)]
            if shared.predict([text]) != expected[number % len(texts)]:
                wrong.append(text)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_it_says_how_much_memory_it_takes(extractor: Extractor) -> None:
    assert extractor.nbytes > extractor.knowledge.readings[0].trait_weights.values.nbytes
    assert extractor.categories == CATEGORIES


def test_an_ending_that_was_never_tagged_is_left_out_of_what_is_found() -> None:
    names = ["Anna", "Boris", "Eve", "Max", "Ida", "Lu"]
    texts = [f"then {name}xq came" for name in names]
    spans = [[Span(5, 5 + len(name), "person")] for name in names]

    estimator = EntityEstimator().fit(texts, spans)

    found = estimator.predict(["then Teoxq came"])[0]
    assert [(span.start, span.end) for span in found] == [(5, 8)]


def test_without_categories_nothing_is_found() -> None:
    estimator = EntityEstimator().fit(["some text", ""], [[], []])

    assert estimator.predict(["some text"]) == [[]]


def test_with_empty_texts_nothing_is_learned() -> None:
    estimator = EntityEstimator(categories=["a"]).fit([""], [[]])

    assert estimator.predict(["", "some text"]) is not None
    assert estimator.extractor_.categories == ("a",)


def test_many_categories_are_learned_as_few_are() -> None:
    names = [f"type{number}" for number in range(60)]
    texts = ["".join(f"{name} is v{chr(97 + n % 26)}. " for n, name in enumerate(names))] * 3
    spans = []
    for text in texts:
        own = []
        for name in names:
            start = text.index(f"{name} is ") + len(name) + 4
            own.append(Span(start, text.index(".", start), name))
        spans.append(own)

    estimator = EntityEstimator(iterations=40).fit(texts, spans)

    assert estimator.score(texts, spans) > 0.95


def test_it_is_an_estimator_of_scikit_learn() -> None:
    from sklearn.base import clone

    estimator = EntityEstimator(l1=0.3, iterations=7)

    copied = clone(estimator)

    assert copied.get_params()["l1"] == 0.3
    copied.fit([tagged.text for tagged in LETTERS[:5]], [tagged.spans for tagged in LETTERS[:5]])
    assert copied.iterations_ <= 7


def test_each_text_must_have_its_spans() -> None:
    with pytest.raises(ValueError, match="one list of spans"):
        EntityEstimator().fit(["a"], [])
