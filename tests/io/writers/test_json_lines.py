"""One object a line: every key on every line, numbers in plain digits, tags as lists."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO

from crmkit.io._writers import json_lines_file
from tests.io.writers.made import columns


def test_a_row_is_an_object_of_all_columns() -> None:
    stream = BytesIO()
    json_lines_file(
        stream,
        columns(
            **{
                "id": ["a", "é\u2028"],
                "amount": [1e-7, None],
                "count": [2**62, None],
                "flag": [True, None],
                "tags": [("=a", 'b"'), ()],
                "created_at": [datetime(2024, 1, 31, tzinfo=UTC), None],
                "expected_close_on": [date(2024, 1, 31), None],
                'say "x"': ["=1", None],
            }
        ),
    )
    assert stream.getvalue().decode() == (
        '{"id": "a", "amount": 0.0000001, "count": 4611686018427387904, "flag": true, "tags": ["=a", "b\\""], '
        '"created_at": "2024-01-31T00:00:00+00:00", "expected_close_on": "2024-01-31", "say \\"x\\"": "=1"}\n'
        '{"id": "é\u2028", "amount": null, "count": null, "flag": null, "tags": [], '
        '"created_at": null, "expected_close_on": null, "say \\"x\\"": null}\n'
    )


def test_a_table_without_rows_has_no_lines() -> None:
    stream = BytesIO()
    json_lines_file(stream, columns(id=[]))
    assert stream.getvalue() == b""
