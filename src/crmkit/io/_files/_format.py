"""How a file is written, before anything is known of what it means."""

from __future__ import annotations

import attrs

__all__ = ["FileFormat", "is_typed", "needed"]


@attrs.frozen
class FileFormat:
    """How a file is written. What is None is found out from the file.

    Args:
        encoding: of a text file: "utf-8", "utf-16", "cp1252" or any other that Python knows.
        separator: between the cells of a line: "," or ";" or a tab or "|".
        quote: around cells that hold a separator; "" for none.
        sheet: the name of the sheet of a workbook.
    """

    encoding: str | None = None
    separator: str | None = None
    quote: str | None = None
    sheet: str | None = None


_PLAIN = FileFormat("utf-8", ",", '"')


def needed(found: FileFormat, declared: FileFormat) -> FileFormat:
    """Return what has to be said of a file.

    What is plain, UTF-8 with commas, goes without saying, unless it was declared: the file may look otherwise.

    Args:
        found: how the file is written.
        declared: what the caller has said of that.
    """
    said = attrs.asdict(declared)
    return FileFormat(
        **{
            name: None if said[name] is None and value == getattr(_PLAIN, name) else value
            for name, value in attrs.asdict(found).items()
        }
    )


def is_typed(found: FileFormat) -> bool:
    """Tell whether a file keeps texts and numbers apart, and is not opened by spreadsheets: JSON Lines, Parquet."""
    return found.separator is None and found.sheet is None
