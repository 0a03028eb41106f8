"""Columns as JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, BinaryIO

from crmkit.io._files._typed import number_text, text_of
from crmkit.io._writers._columns import WrittenColumn
from crmkit.io._writers._csv import in_rows

__all__ = ["json_lines_file"]


def json_lines_file(stream: BinaryIO, columns: Sequence[WrittenColumn]) -> None:
    """Write columns as one JSON object a line, in UTF-8: tags as lists, numbers in plain digits, missing as null.

    Args:
        stream: gets the bytes.
        columns: what is written.
    """
    names = [json.dumps(column.header, ensure_ascii=False) for column in columns]
    texts = [
        [f"{name}: {_value(value)}" for value in column.cells.values]
        for name, column in zip(names, columns, strict=True)
    ]
    for row in in_rows(texts, [column.cells for column in columns]):
        stream.write(f"{{{', '.join(row)}}}\n".encode())


def _value(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_text(value)
    plain = value if value is None or isinstance(value, str | bool | tuple) else text_of(value)
    return json.dumps(plain, ensure_ascii=False)
