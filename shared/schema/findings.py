"""What reading a file of labels finds out: faults, for which it is refused, and things to be told.

A fault is gathered with its place, as in every request. A notice is something that the file has and
this service takes differently, or leaves out: it does not stop the reading, but is never silent.
"""

from __future__ import annotations

import dataclasses

from shared.errors import ErrorDetail, InvalidLabels, ServiceError
from shared.schema.fields import Problems

#: Faults and notices that are listed. Ours: a file may have one for each of a million labels.
LISTED = 10_000


class Findings:
    """The faults and the notices of one file; the place of each is a JSON path, a line, or both."""

    def __init__(self) -> None:
        #: What `Fields` notes faults in.
        self.problems = Problems()
        self._faults = _Details()
        self._notices = _Details()

    def fault(self, message: str, place: str) -> None:
        """Note what the file is refused for."""
        self.add(ErrorDetail(InvalidLabels.code, message, place))

    def add(self, detail: ErrorDetail) -> None:
        """Note a fault that is there as data."""
        self._faults.add(detail)

    def notice(self, message: str, place: str) -> None:
        """Note what is taken otherwise than the file has it, or is left out."""
        self._notices.add(ErrorDetail("Warning", message, place))

    def take(self, error: ServiceError, place: str | None = None) -> None:
        """Note the faults of an error; those of a part of the file belong to the `place` of it."""
        for detail in error.details or (error.detail(),):
            where = " ".join(one for one in (place, detail.target) if one)
            self.add(dataclasses.replace(detail, target=where or None))

    @property
    def count(self) -> int:
        """The number of faults."""
        return len(self.problems) + self._faults.count

    def refuse(self) -> None:
        """Raise `InvalidLabels`, listing all faults, if there is any."""
        faults = self.faults
        if len(faults) == 1:
            raise InvalidLabels(faults[0].message, target=faults[0].target)
        if faults:
            raise InvalidLabels(
                f"The file has {self.count:,} faults; the first: {faults[0].message}",
                target=faults[0].target,
                details=faults,
            )

    @property
    def faults(self) -> list[ErrorDetail]:
        """The faults: first those of the form of the file, then those of what it says."""
        return [*self._of_form(), *self._faults.listed()]

    @property
    def notices(self) -> list[ErrorDetail]:
        """The notices, in the order in which they were found."""
        return self._notices.listed()

    def _of_form(self) -> list[ErrorDetail]:
        try:
            self.problems.refuse(InvalidLabels)
        except InvalidLabels as error:
            return list(error.details) or [error.detail()]
        return []


class _Details:
    """A list that ends with how many more there would be."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: list[ErrorDetail] = []

    def add(self, detail: ErrorDetail) -> None:
        self.count += 1
        if self.count <= LISTED:
            self._kept.append(detail)

    def listed(self) -> list[ErrorDetail]:
        if self.count <= LISTED:
            return list(self._kept)
        more = f"And {self.count - LISTED:,} more."
        return [*self._kept, ErrorDetail(self._kept[0].code, more)]
