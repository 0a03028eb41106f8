"""What speaks for a column being a field, as far as its cells say."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

import attrs

from crmkit.io._cells import is_blank
from crmkit.io._files import Column
from crmkit.io._guess._shapes import AS_A_RULE, CLOSINGS, STATUSES, TELLING, TEXTS, Shape, end_of, shape_of
from crmkit.records import FieldSpec

__all__ = ["Looks", "Share", "share_of"]

_LOOKED_AT = 2_000  # distinct texts of a column, spread over it; more would say the same and cost a second a million
_GLANCE = 20
_NEARLY_ALL = 0.9
_UNRULY = 0.8  # what is left of the likelihood of a field where no text is as its texts are as a rule
_MOST_STAGES = 50


@attrs.frozen
class Share:
    """How many of a column's filled cells look like what a field holds.

    Args:
        fitting: those that do.
        filled: those that were looked at.
        what: what the field holds; None where its cells say nothing for it.
        sampled: whether the column has more filled cells than were looked at.
    """

    fitting: int
    filled: int
    what: str | None
    sampled: bool = False

    @property
    def fits(self) -> bool:
        """Whether the column may be this field: most cells look like it, or none speaks against it."""
        return 2 * self.fitting >= self.filled

    def __str__(self) -> str:
        if self.filled == 0:
            return "it is empty"
        looked_at = f"{self.filled:,} cells looked at" if self.sampled else f"its {self.filled:,} filled cells"
        return f"{self.fitting:,} of {looked_at} are {self.what}" if self.what else ""


def share_of(column: Column, spec: FieldSpec, record: str | None = None) -> Share:
    """Count the cells of a column that look like values of a field.

    Args:
        column: of the file.
        spec: the field.
        record: the kind of record whose field it is; None for any that has such a field.
    """
    return Looks({column.header: column}).judged(column.header, spec, record)[0]


class Looks:
    """What the columns of a file look like; each is looked at once for each shape."""

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self._columns = columns
        self._samples: dict[str, tuple[list[tuple[str, int]], bool]] = {}
        self._shares: dict[tuple[str, str], Share] = {}
        self._telling: dict[str, dict[str, Share]] = {}

    def judged(self, header: str, spec: FieldSpec, record: str | None) -> tuple[Share, float]:
        """Return what the cells say for a field, and what is left of its likelihood, from 0 to 1.

        An empty column speaks neither for nor against it.

        Args:
            header: of the column.
            spec: the field.
            record: the kind of record whose field it is.
        """
        shape = shape_of(spec, record, header)
        share = self._share(header, shape)
        if not share.filled:
            return share, 1.0
        part = share.fitting / share.filled
        if not share.fits:
            return share, part / 2
        left = (1 + part) / 2
        if shape is not TEXTS:
            return share, left
        said = attrs.evolve(share, what=None)
        if spec.name in AS_A_RULE:
            regular = self._share(header, AS_A_RULE[spec.name])
            left *= _UNRULY + (1 - _UNRULY) * regular.fitting / regular.filled
            said = regular if regular.fits else said
        return said, left

    def telling(self, field: str) -> dict[str, Share]:
        """Return the columns whose cells alone say that they are this field.

        Args:
            field: "email", "website", "currency", or "stage" for how deals stand.
        """
        if field not in self._telling:
            shares = ((header, self._tells(header, column, field)) for header, column in self._columns.items())
            self._telling[field] = {header: share for header, share in shares if share is not None}
        return self._telling[field]

    def _tells(self, header: str, column: Column, field: str) -> Share | None:
        if field == "stage":
            return self._share(header, CLOSINGS) if _names_ends(column) else None
        if not _begins_as(column, TELLING[field]):
            return None
        share = self._share(header, TELLING[field])
        return share if share.fitting >= _NEARLY_ALL * share.filled else None

    def says_status(self, header: str) -> bool:
        """Tell whether all filled cells of a column are words for open, won or lost."""
        share = self._share(header, STATUSES)
        return share.fitting == share.filled

    def _share(self, header: str, shape: Shape) -> Share:
        key = header, shape.name
        if key not in self._shares:
            counted, partial = self._sample(header)
            fitting = sum(rows for text, rows in counted if shape.fits(text))
            self._shares[key] = Share(fitting, sum(rows for _, rows in counted), shape.what, partial)
        return self._shares[key]

    def _sample(self, header: str) -> tuple[list[tuple[str, int]], bool]:
        """Return distinct filled texts, each with the number of its rows, and whether there are more."""
        if header not in self._samples:
            column = self._columns[header]
            step = -(-len(column.texts) // _LOOKED_AT) or 1
            counts = column.counts()[::step].tolist()
            counted = [
                (text, rows) for text, rows in zip(column.texts[::step], counts, strict=True) if not is_blank(text)
            ]
            self._samples[header] = counted, step > 1
        return self._samples[header]


def _begins_as(column: Column, shape: Shape) -> bool:
    """Tell at a glance whether a column may look so: most columns do not."""
    glance = [text for text in islice(column.texts, _GLANCE) if not is_blank(text)]
    return 2 * sum(map(shape.fits, glance)) >= len(glance) > 0


def _names_ends(column: Column) -> bool:
    """Tell whether a column names how deals end: won is among its few texts, and lost."""
    if len(column.texts) > _MOST_STAGES:
        return False
    return {end_of(text) for text in column.texts} >= {"won", "lost"}
