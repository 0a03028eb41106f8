"""The columns that say when a deal came into each stage, found by how their headers are built."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import attrs

__all__ = ["Entered", "entered_columns"]

_PLACES = re.compile(r"\{(stage|pipeline)\}")
_QUOTES = str.maketrans(dict.fromkeys("'“”„‘’«»", '"'))


@attrs.frozen
class Entered:
    """The columns found.

    Args:
        stages: the header of each stage's column, by the name of the stage.
        fitting: all headers that are built so, also those of a stage that another column stands for.
    """

    stages: dict[str, str]
    fitting: tuple[str, ...]


def entered_columns(headers: Sequence[str], patterns: Sequence[str], prefixes: Sequence[str]) -> Entered:
    """Find the headers that are built like one of the patterns.

    Args:
        headers: of the file.
        patterns: with {stage} and perhaps {pipeline}; of two columns of one stage, that of the first pattern counts.
        prefixes: what may stand in front of a header.
    """
    found: dict[tuple[str, str], tuple[str, str, str]] = {}
    fitting: dict[str, None] = {}
    shapes = [(prefix + first, *rest) for first, *rest in map(_PLACES.split, patterns) for prefix in ("", *prefixes)]
    for shape in shapes:
        for header in headers:
            names = _names_in(header.strip(), shape) if header not in fitting else None
            if names is not None:
                fitting[header] = None
                found.setdefault((_folded(names[0]), _folded(names[1])), (*names, header))
    return Entered(_by_stage(found.values()), tuple(fitting))


def _by_stage(found: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Name each column by its stage, with the pipeline where two of them have a stage of that name."""
    columns = list(found)
    count = Counter(_folded(stage) for stage, _, _ in columns)
    named: dict[str, str] = {}
    for stage, pipeline, header in columns:
        alone = count[_folded(stage)] == 1 or not pipeline
        named.setdefault(stage if alone else f"{stage} ({pipeline})", header)
    return named


def _names_in(header: str, shape: Sequence[str]) -> tuple[str, str] | None:
    """Take the names of the stage and of the pipeline, "" for none, out of a header; None where it is built otherwise.

    Without a regular expression, which could take longer over a header than the header is long.
    """
    first, name, *rest = shape
    last = rest[-1]
    end = len(header) - len(last)
    if end <= len(first) or not _alike(header[: len(first)], first) or not _alike(header[end:], last):
        return None
    inner = header[len(first) : end]
    if len(rest) == 1:
        return (inner.strip(), "") if inner.strip() else None
    between, second, _ = rest
    at = _folded(inner).rfind(_folded(between))
    names = {name: inner[:at].strip(), second: inner[at + len(between) :].strip()}
    return (names["stage"], names["pipeline"]) if at > 0 and all(names.values()) else None


def _alike(text: str, other: str) -> bool:
    return _folded(text) == _folded(other)


def _folded(text: str) -> str:
    """Fold case and quotation marks, letter by letter, so that the length stays the same."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text).translate(_QUOTES)
