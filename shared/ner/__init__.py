"""The extraction engine: learning from tagged texts, extracting, judging. It knows no Azure.

This package imports nothing heavy. Only the modules that compute import numpy, and only those that
train import scipy and scikit-learn, so that a process which does neither pays for neither.
"""

from __future__ import annotations
