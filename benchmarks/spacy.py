"""The peer: spaCy's entity recognizer from a blank pipeline, as users without a GPU train it.

What `spacy train` does by its default configuration, in a few lines: Adam at a rate of 0.001,
dropout of 0.1, batches that grow from 100 to 1,000 words, the best state on held-out documents
kept, and an end once it has not become better for a while. What `spacy train` does not have is a
limit on time: `SPACY_SECONDS` in the environment sets it (100 if it is not there).
"""

from __future__ import annotations

import os
import random
import time
import unicodedata
import warnings
from collections import Counter
from collections.abc import Sequence
from typing import Any

import spacy
from spacy.tokens import Doc
from spacy.training import Example
from spacy.training.batchers import minibatch_by_words
from spacy.util import compounding, filter_spans, fix_random_seed

from benchmarks.scores import counts, micro_f1

#: Updates without a better score after which training ends.
PATIENCE = 800

#: Updates between two looks at the held-out documents, and the share of time that looking may take.
_LOOK_EVERY = 50
_LOOK_SHARE = 0.25

#: spaCy's languages by the first word of the Unicode names of letters. Its Chinese takes each
#: character as a token and needs no dictionary, so it serves all that is written without spaces.
_LANGUAGES = {
    "LATIN": "en",
    "CYRILLIC": "ru",
    "GREEK": "el",
    "ARABIC": "ar",
    "HEBREW": "he",
    "DEVANAGARI": "hi",
    "CJK": "zh",
    "HIRAGANA": "zh",
    "KATAKANA": "zh",
    "HANGUL": "zh",
    "THAI": "zh",
    "LAO": "zh",
    "KHMER": "zh",
    "MYANMAR": "zh",
}


def language(texts: Sequence[str]) -> str:
    """Return the code of spaCy's language that fits the script of most letters."""
    letters = (sign for text in texts for sign in text[:2000] if sign.isalpha())
    scripts = Counter(unicodedata.name(sign, "?").split()[0].split("-")[0] for sign in letters)
    return _LANGUAGES.get(scripts.most_common(1)[0][0], "xx") if scripts else "xx"


class Spacy:
    """A blank pipeline with `ner`; it gives no confidences."""

    def __init__(self, lang: str | None, seed: int) -> None:
        self._lang = lang
        self._seed = seed
        self._nlp: Any = None

    def fit(
        self,
        docs: Sequence[dict[str, Any]],
        dev_docs: Sequence[dict[str, Any]] | None = None,
        unlabelled: Sequence[str] | None = None,
    ) -> None:
        """Learn from tagged documents, stopping by others or else by every fifth of them."""
        warnings.filterwarnings("ignore")
        fix_random_seed(self._seed)
        held_out = dev_docs or docs[::5]
        learned = docs if dev_docs else [one for at, one in enumerate(docs) if at % 5] or docs
        nlp = spacy.blank(self._lang or language([one["text"] for one in docs]))
        recognizer: Any = nlp.add_pipe("ner")
        for category in sorted({label["category"] for one in docs for label in one["labels"]}):
            recognizer.add_label(category)
        examples = [_example(nlp, document) for document in learned]
        optimizer = nlp.initialize(lambda: examples)
        optimizer.learn_rate = 0.001
        self._nlp = nlp
        nlp.from_bytes(self._best_state(examples, held_out, optimizer))

    def _best_state(
        self, examples: list[Example], held_out: Sequence[dict[str, Any]], optimizer: Any
    ) -> bytes:
        """Update until the time or the patience is over; return the state that scored best."""
        order = random.Random(self._seed)
        limit = float(os.environ.get("SPACY_SECONDS", "100"))
        began = time.monotonic()
        looking = 0.0
        updates = looked = best_update = 0
        best = -1.0
        state = b""
        lengths = compounding(100.0, 1000.0, 1.001)
        while True:
            order.shuffle(examples)
            for batch in minibatch_by_words(
                examples, size=lengths, get_length=lambda one: len(one.x)
            ):
                self._nlp.update(batch, sgd=optimizer, drop=0.1)
                updates += 1
                spent = time.monotonic() - began
                over = spent > limit or (best > 0 and updates - best_update >= PATIENCE)
                due = updates - looked >= _LOOK_EVERY and looking < _LOOK_SHARE * spent
                if not over and not due:
                    continue
                before = time.monotonic()
                looked = updates
                found = self.predict([one["text"] for one in held_out])
                score = micro_f1(counts(held_out, found))
                if score > best:
                    best, best_update, state = score, updates, self._nlp.to_bytes()
                looking += time.monotonic() - before
                if over:
                    return state

    def predict(self, texts: Sequence[str]) -> list[list[dict[str, Any]]]:
        """Return the entities of each text, in code points."""
        return [
            [
                {
                    "category": entity.label_,
                    "offset": entity.start_char,
                    "length": entity.end_char - entity.start_char,
                    "confidence": None,
                }
                for entity in document.ents
            ]
            for document in self._nlp.pipe(texts)
        ]

    def model_bytes(self) -> int:
        """Return the size of the pipeline as bytes."""
        return len(self._nlp.to_bytes())


def factory(lang: str | None = None, seed: int = 0) -> Spacy:
    """Return a new one; without a language, the script of the texts decides."""
    return Spacy(lang, seed)


def _example(nlp: Any, document: dict[str, Any]) -> Example:
    """Return a document as spaCy learns from it: spans widened to tokens, without white space."""
    reference: Doc = nlp.make_doc(document["text"])
    spans = []
    for label in document["labels"]:
        start, end = label["offset"], label["offset"] + label["length"]
        span = reference.char_span(start, end, label["category"], alignment_mode="expand")
        # spaCy refuses entities that begin or end in white space.
        if span is not None and span.text.strip() == span.text:
            spans.append(span)
    reference.ents = filter_spans(spans)
    return Example(nlp.make_doc(document["text"]), reference)
