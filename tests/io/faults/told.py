"""A fault is told alike in both modes: in strict mode by the error, otherwise by a row of the result."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import attrs
import pytest

from crmkit import io
from crmkit.errors import ImportRejected

MODES: tuple[Literal["collect", "strict"], ...] = ("collect", "strict")
both_modes = pytest.mark.parametrize("mode", MODES)


@attrs.frozen
class Fault:
    """What is said of one fault: where it stands, what it is, and some words of the way out."""

    code: str
    line: int | None = None
    column: str | None = None
    value: str | None = None
    words: str = ""

    def is_told_by(self, told: io.Problem | ImportRejected) -> None:
        assert (told.code, told.column, told.value) == (self.code, self.column, self.value)
        assert self.words in (told.reason if isinstance(told, io.Problem) else str(told))


def refuses(path: Path, mode: Any, fault: Fault, **words: Any) -> None:
    """The file is refused for this, whatever the mode."""
    with pytest.raises(ImportRejected) as refused:
        io.read(path, on_error=mode, **words)
    fault.is_told_by(refused.value)
    assert refused.value.line == fault.line
    assert path.name in str(refused.value)


def rejects(path: Path, mode: Any, *faults: Fault, rows: int, **words: Any) -> io.ImportResult:
    """These rows are rejected, each for one fault, and the others taken; in strict mode the first refuses the file."""
    if mode == "strict":
        refuses(path, mode, faults[0], **words)
    result = io.read(path, **words)
    assert [row.line for row in result.rejected] == [fault.line for fault in faults]
    for row, fault in zip(result.rejected, faults, strict=True):
        (problem,) = row.problems
        fault.is_told_by(problem)
    assert counted(result) == rows
    return result


def takes(path: Path, mode: Any, *, rows: int, **words: Any) -> io.ImportResult:
    """Every row is taken."""
    result = io.read(path, on_error=mode, **words)
    assert result.rejected == ()
    assert counted(result) == rows
    return result


def counted(result: io.ImportResult) -> int:
    """The rows of the file that the result accounts for."""
    return result.accepted + len(result.rejected) + sum(result.set_aside.values())
