"""The stages that close a deal, told by their names."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence

from crmkit.errors import shown
from crmkit.io._files import Column, header_key
from crmkit.io._findings import Assumption
from crmkit.io._names import LOST, WON
from crmkit.io._signs import CLOSING_FLAGS

__all__ = ["absent_stages", "decides_by_stage", "end_of", "ends_of", "guess_stages"]

_LISTED = 12
_PIPELINE = re.compile(r"\s*\([^()]*\)\s*$")  # HubSpot writes "Closed Won (Sales Pipeline)"


def decides_by_stage(record: str, columns: Container[str]) -> bool:
    """Tell whether the stage is what says how a row's deal stands."""
    flagged = all(name in columns for name in CLOSING_FLAGS)
    return record == "deal" and "stage" in columns and "status" not in columns and not flagged


def guess_stages(
    column: Column, known: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[Mapping[str, tuple[str, ...]], Assumption]:
    """Find the stages that close a deal by their names, and say what was found.

    Args:
        column: the stages.
        known: stages that are "won" and "lost" for certain.
    """
    certain = {header_key(name): end for end, names in (known or {}).items() for name in names}
    ends: dict[str, list[str]] = {"won": [], "lost": [], "open": []}
    count = dict(zip(column.texts, column.counts().tolist(), strict=True))
    for text in sorted(filter(str.strip, count), key=lambda text: (-count[text], text)):
        names = {re.sub("[0-9]", "", header_key(name)) for name in (text, _PIPELINE.sub("", text))}
        likely = "won" if names & WON else "lost" if names & LOST else "open"
        ends[certain.get(header_key(text), likely)].append(text)
    blank = sum(number for text, number in count.items() if not text.strip())
    parts = [f"{end}: {_counted(texts, count)}" for end, texts in ends.items()]
    parts += [f"open too: no stage ({blank:,})"] if blank else []
    missing = "" if ends["won"] else " No stage looks won, so no deal is; if one is, name it."
    how = '[stages] won = ["..."], lost = ["..."]'
    text = f"status follows from the names in {shown(column.header)}: {'; '.join(parts)}.{missing} To change: {how}"
    stages = {"won": tuple(ends["won"]), "lost": tuple(ends["lost"])}
    return stages, Assumption("stages", "status", text)


def ends_of(stages: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return how a deal in each stage stands: by the name as it is, and by the name in any case and with any blanks."""
    plain = {_plain(name): end for end, names in stages.items() for name in names}
    return plain | {name: end for end, names in stages.items() for name in names}


def end_of(stage: str, ends: Mapping[str, str]) -> str:
    """Return how a deal in a stage stands; what is not named is open."""
    return ends.get(stage) or ends.get(_plain(stage), "open")


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def absent_stages(column: Column, stages: Mapping[str, tuple[str, ...]]) -> Assumption | None:
    """Say which of the declared stages no deal is in: it may be a slip of the pen.

    Args:
        column: the stages of the file.
        stages: those declared "won" and "lost".
    """
    there = {_plain(text) for text in column.texts}
    absent = [name for names in stages.values() for name in names if _plain(name) not in there]
    if not absent or not column.texts:
        return None
    found = ", ".join(map(shown, sorted(column.texts)[:_LISTED]))
    text = f"No deal is in the declared stage {' or '.join(map(shown, absent))}; the stages of the file are {found}."
    return Assumption("stage_not_found", "status", text)


def _counted(texts: Sequence[str], count: Mapping[str, int]) -> str:
    listed = ", ".join(f"{shown(text)} ({count[text]:,})" for text in texts[:_LISTED])
    return (listed or "none") + (f" and {len(texts) - _LISTED} more" if len(texts) > _LISTED else "")
