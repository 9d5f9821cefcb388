from __future__ import annotations

import json
import os

from shared.ner.estimator import EntityEstimator
from shared.text.spans import Span


class Engine:
    def fit(self, docs, dev_docs=None, unlabelled=None):
        self.e = EntityEstimator(**json.loads(os.environ.get("OPTS", "{}"))).fit(
            [d["text"] for d in docs],
            [
                [Span(l["offset"], l["offset"] + l["length"], l["category"]) for l in d["labels"]]
                for d in docs
            ],
        )
        import sys

        print("iters", self.e.iterations_, file=sys.stderr)

    def predict(self, texts):
        return [
            [
                dict(category=s.category, offset=s.start, length=s.length, confidence=s.confidence)
                for s in ss
            ]
            for ss in self.e.predict(texts)
        ]

    def model_bytes(self):
        return self.e.extractor_.nbytes


def factory():
    return Engine()
