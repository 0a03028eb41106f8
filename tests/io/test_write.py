"""What is written is read back equal: every kind of record, in every format, form, encoding and order of columns."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit import io
from crmkit.io._table._frame import column_names
from crmkit.records import RECORDS, CustomField, CustomFields, FieldSpec, fields_of
from crmkit.tables import conform
from tests.tables.frames import rows

CUSTOM = CustomFields(
    **{
        kind: {
            "c_choice": CustomField("choice", choices=("yes!", "=no", "'t Hooft", "A+", "A-", "+a")),
            "c_bounded": CustomField("number", minimum=0.1, maximum=0.7),
            "c_date": "date",
            "c_flag": "flag",
            "c_id": "id",
            "c_integer": "integer",
            "c_number": "number",
            "c_share": CustomField("number", minimum=0, maximum=1),
            "c_tags": "tags",
            "c_text": "text",
        }
        for kind in RECORDS
    }
)
NASTY = [
    *(
        "=1+1",
        "+49 30",
        "-50.00",
        "@me",
        "'t Hooft",
        "'=x",
        "''",
        "\t=1",
        "\r",
        "\n=2",
        "＝1",
        '"',
        'a"b',
        ";",
        ",a",
        "|",
    ),
    *(
        "a\r\nb",
        "\u2028",
        "é😀",
        "null",
        "NA",
        "NaN",
        "None",
        "007",
        "1E3",
        "true",
        " a ",
        "_x000D_",
        "[a]",
        "{}",
        "a;b",
    ),
]
HEADERS = ["Note", "=sum", "'=x", "a;b|c\td,e", 'He said "no"', "Größe", "two\nlines", "<b>", "[y]", "sep=;", "won_at"]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "latin-1", "cp1252", "cp437", "gb18030", "ascii"]
INSTANTS = st.datetimes(datetime(1678, 1, 1), datetime(2261, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # as said
AMOUNTS = st.decimals(-(10**9), 10**9, places=5).map(float)


@cache
def texts(encoding: str) -> st.SearchStrategy[str]:
    """Texts that an encoding has letters for, and that are not blank."""
    codec = "utf-8" if encoding.startswith(("utf", "gb")) else encoding
    free = st.text(st.characters(codec=codec, exclude_characters="\0"), max_size=8)
    nasty = st.sampled_from([text for text in NASTY if _fits(text, codec)])
    return (free | nasty).filter(lambda text: bool(text) and not text.isspace())


def _fits(text: str, codec: str) -> bool:
    return text.encode(codec, "ignore").decode(codec) == text


@cache
def values(spec: FieldSpec, encoding: str) -> st.SearchStrategy[Any]:
    """Values of a field that a file holds; missing ones only where the field may be missing."""
    low, high, text = spec.minimum, spec.maximum, texts(encoding)
    drawn: st.SearchStrategy[Any] = {
        "text": text,
        "id": text,
        "choice": st.sampled_from(spec.choices or ("",)),
        "integer": st.integers(-(2**63) if low is None else int(low), 2**63 - 1 if high is None else int(high)),
        "number": st.floats(-9e307 if low is None else low, 9e307 if high is None else high),
        "money": AMOUNTS,
        "flag": st.booleans(),
        "instant": INSTANTS,
        "date": st.dates(date(1678, 1, 1), date(2261, 12, 31)),
        "tags": st.lists(text | st.sampled_from(["", " "]), max_size=3).map(tuple),
    }[spec.kind]
    return st.none() | drawn if spec.nullable else drawn


@st.composite
def tables(draw: st.DrawFn, kind: str, encoding: str) -> pd.DataFrame:
    """A table of records, its columns in any order, some of them missing, and some that are no field."""
    text = texts(encoding)
    specs = {name: spec for name, spec in fields_of(RECORDS[kind], CUSTOM).items() if name not in {"version", "roles"}}
    needed = [name for name, spec in specs.items() if not spec.nullable]
    free = st.lists(st.sampled_from([name for name in specs if name not in needed]), unique=True, max_size=8)
    names = draw(st.permutations([*needed, *draw(free)]))
    ids = draw(st.lists(text, unique=True, max_size=4))
    columns: dict[str, Any] = {
        name: ids if name == "id" else [draw(values(specs[name], encoding)) for _ in ids] for name in names
    }
    others = [header for header in HEADERS if _fits(header, "utf-8" if encoding[:3] in ("utf", "gb1") else encoding)]
    for header in draw(st.lists(st.sampled_from(others), unique=True, max_size=3)):
        columns[header] = [draw(st.none() | text) for _ in ids]
    frame = pd.DataFrame({name: pd.Series(held, dtype=object) for name, held in columns.items()})
    return conform(frame, RECORDS[kind], custom=CUSTOM)


def plain(table: Any, names: list[str]) -> list[list[Any]]:
    """The cells of some columns, row by row."""
    return [[row[name] for name in names] for row in rows(table)]


def equal_after(table: pd.DataFrame, kind: str, name: str, **how: Any) -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory) / name
        mapping = io.write(table, path, record=kind, custom=CUSTOM, **how)
        assert io.Mapping.from_toml(mapping.to_toml()) == mapping
        result = io.read(path, mapping=mapping, custom=CUSTOM, on_error="strict")
    fields = [name for name in fields_of(RECORDS[kind], CUSTOM) if name in table]
    others = [name for name in table if name not in fields]
    prefix = "'" if mapping.apostrophes == "strip" else ""
    headers = {name: f"{prefix}{name}" if name in ("=sum", "'=x") else name for name in others}
    called = column_names(headers.values(), fields_of(RECORDS[kind]))
    assert list(result.table) == [*fields, *(called[headers[name]] for name in others)]
    assert plain(result.table, list(result.table)) == plain(table, [*fields, *others])
    assert {column: str(result.table[column].dtype) for column in fields} == {
        column: str(table[column].dtype) for column in fields
    }


@settings(max_examples=15)
@given(data=st.data())
def test_csv_is_read_back_equal(data: st.DataObject) -> None:
    kind, encoding = data.draw(st.sampled_from(sorted(RECORDS))), data.draw(st.sampled_from(ENCODINGS))
    equal_after(
        data.draw(tables(kind, encoding)),
        kind,
        data.draw(st.sampled_from(["t.csv", "t.csv.gz", "t.tsv"])),
        encoding=encoding,
        form=data.draw(st.sampled_from(["spreadsheet", "transfer"])),
        separator=data.draw(st.sampled_from([None, ",", ";", "\t", "|"])),
    )


@settings(max_examples=15)
@given(data=st.data())
def test_other_formats_are_read_back_equal(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(RECORDS)))
    table = data.draw(tables(kind, "utf-8").filter(len))
    name = data.draw(st.sampled_from(["t.jsonl", "t.ndjson.gz", "t.parquet", "t.xlsx"]))
    equal_after(table, kind, name, form=data.draw(st.sampled_from(["spreadsheet", "transfer"])))
