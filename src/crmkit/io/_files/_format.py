"""How a file is written, before anything is known of what it means."""

from __future__ import annotations

import attrs

__all__ = ["FileFormat"]


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
