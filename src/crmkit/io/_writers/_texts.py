"""Values as the texts of cells, and texts that a spreadsheet does not take for formulas."""

from __future__ import annotations

import json
import re
from typing import Literal, TypeAlias

from crmkit.io._files._typed import tags_text, text_of
from crmkit.io._writers._columns import WrittenColumn

__all__ = ["Form", "calculates", "cell_texts", "neutralised"]

Form: TypeAlias = Literal["spreadsheet", "transfer"]

_FORMULA = re.compile("'*[=+\\-@\t\r\n\0＝＋－＠]")


def calculates(text: str) -> bool:
    """Tell whether a spreadsheet may calculate a cell, or takes it for one that is kept from that by an apostrophe."""
    return _FORMULA.match(text) is not None


def neutralised(text: str) -> str:
    """Put an apostrophe in front of a text that a spreadsheet may calculate; reading takes it off again."""
    return f"'{text}" if calculates(text) else text


def cell_texts(column: WrittenColumn, form: Form) -> list[str]:
    """Return the text of each distinct value of a column.

    Args:
        column: to be written.
        form: "spreadsheet" keeps its texts from being calculated.
    """
    if column.kind == "tags" and column.spec is not None:
        return [_tags_cell(value, form, nullable=column.spec.nullable) for value in column.cells.values]
    texts = [text_of(value) for value in column.cells.values]
    return [neutralised(text) for text in texts] if column.is_text and form == "spreadsheet" else texts


def _tags_cell(tags: tuple[str, ...] | None, form: Form, *, nullable: bool) -> str:
    if tags is None or not (tags or nullable):
        return ""  # a field that is never missing has no tags then
    text = tags_text(tags)
    return json.dumps(tags, ensure_ascii=False) if form == "spreadsheet" and calculates(text) else text
