"""Coverage-guided: whatever a file holds, reading it loses no row and raises nothing but an error of crmkit.

Each input of the fuzzer is turned into a file, a mapping and a further use of the result; see README.md.
"""

from __future__ import annotations

import csv
import gzip
import io as texts
import json
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["crmkit.io"]):
    from crmkit import io
    from crmkit.errors import CrmError

HEADERS = [
    *("Deal ID", "Deal Stage", "Amount", "Create Date", "Close Date", "Deal name", "Currency", "Probability", "Tags"),
    *("Status", "IsWon", "IsClosed", "IsDeleted", "MasterRecordId", "Company ID", "Owner", "Time in Offer", "version"),
    *("id", "name", "email", "First Name", "Website", "employees", "annual revenue", "country", "created", "kind"),
    *("score", "Survey type", "comment", "deal_id", "to_stage", "changed_at", "Order ID", "Customer ID", "ordered at"),
    *("crmkit line", "crmkit problems", "Betrag (EUR)", "Montant", "=1+1", "%", "ﷺ", "ﬁrst"),
]
KINDS = [
    ["Deal ID", "Deal Stage", "Amount", "Create Date"],
    ["Deal ID", "Deal Stage", "Amount", "Create Date", "Close Date", "Currency", "Probability"],
    ["Deal name", "Status", "Amount", "IsDeleted", "MasterRecordId", "Deal ID", "Time in Offer"],
    ["id", "name", "employees", "annual revenue", "Website", "Tags"],
    ["Survey type", "score", "comment", "id"],
    ["deal_id", "to_stage", "changed_at"],
    ["Order ID", "Customer ID", "Amount", "ordered at", "Tags"],
    ["crmkit line", "crmkit problems", "Deal Stage", "Amount", "Close Date"],
    [],
]
CELLS = [
    *("", " ", "d1", "d2", "007", "1E3", "9007199254740993", "Null", "NA", "true", "no", "0", "1", "Won", "Lost"),
    *("10.50", "1.234,56", "(1,234.56)", "50.00-", "12.500", "١٢٣", "$5", "5 EUR", "-", "9" * 40, "1" + "0" * 400),
    *("2017-01-31", "31/01/2017", "01/31/2017", "1/2/2017", "2024-03-31 02:30", "2024-10-27 02:30Z", "9999-12-31"),
    *("1900-01-01", "0001-01-01", "2017-01-31T10:00:00.1234567+23:59", "31-Jan-2017", "12:00 PM", "2.2.2017"),
    *(
        "=1+1",
        "'=1",
        "''@x",
        "+49 30",
        "'t Hooft",
        'a"b',
        '"',
        "a,b;c|d\te",
        "two\nlines",
        "\r",
        "\0",
        "\x1a",
        "\ufeff",
    ),
    *(
        "a;b",
        ";;",
        '["a;b"]',
        "[[",
        "nps",
        "csat",
        "open",
        "won",
        "EUR",
        "KWD",
        "XXX",
        "50%",
        "0.5",
        "100",
        "ﷺ",
        "a\u0301",
    ),
    *("006q000000Hddoh", "006q000000HddohAAB", "76340251:1661707291575;1", "Total", "Copyright (c) 2000-2024 x"),
]
DEAL = {"id": "Deal ID", "stage": "Deal Stage", "amount": "Amount", "created_at": "Create Date"}
PARTS: list[dict[str, Any]] = [
    {"record": "deal"},
    {"record": "deal", "columns": DEAL},
    {"record": "deal", "columns": DEAL, "guess": True},
    {"record": "deal", "columns": {"id": "Deal ID", "is_deleted": "IsDeleted", "merged_into": "MasterRecordId"}},
    {"record": "deal", "columns": DEAL, "entered": {"Offer": "Time in Offer"}},
    {"record": "company"},
    {"record": "survey_response"},
    {"record": "order", "fold": True},
    {"record": "stage_change"},
    {"fold": True},
    {"formats": {"created_at": "DD/MM/YYYY"}},
    {"formats": {"created_at": "MM/DD/YYYY HH:MM", "closed_at": "ISO"}},
    {"units": {"probability": "percent"}},
    {"decimal": ",", "thousands": "."},
    {"thousands": ","},
    {"timezone": "Europe/Berlin"},
    {"timezone": "America/Sao_Paulo", "currency": "JPY"},
    {"nulls": ["NA", "-"]},
    {"tag_mark": "|"},
    {"several": ["id", "company_id"]},
    {"id_form": "salesforce"},
    {"apostrophes": "keep"},
    {"stages": {"won": ["Won"], "lost": ["Lost"]}},
    {"values": {"status": {"Won": "won"}, "is_deleted": {"x": "true"}}},
]
ENCODINGS = [
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "latin-1",
    "cp1252",
    "shift_jis",
    "utf-7",
    "hex",
    "?",
]
MARKS = [",", ";", "\t", "|", "~", "§", '"', "\n", "ab", ""]
MOST_REPEATS, LONGEST_CELL, LARGEST = 3000, 140_000, 30_000
SEEDS, LONGEST = 200, 2000

seen: Counter[str] = Counter()


def cell(data: atheris.FuzzedDataProvider) -> str:
    choice = data.ConsumeIntInRange(0, 9)
    if choice < 7:
        return data.PickValueInList(CELLS)
    if choice < 9:
        return data.ConsumeUnicodeNoSurrogates(12)
    return (data.PickValueInList(CELLS) * data.ConsumeIntInRange(1, MOST_REPEATS))[:LONGEST_CELL]


def table(data: atheris.FuzzedDataProvider) -> tuple[list[str], list[list[str]]]:
    own = [data.PickValueInList(HEADERS) for _ in range(data.ConsumeIntInRange(0, 3))]
    headers = [*data.PickValueInList(KINDS), *own]
    headers = list(dict.fromkeys(headers)) if data.ConsumeIntInRange(0, 7) else headers
    width = len(headers)
    rows = []
    for _ in range(data.ConsumeIntInRange(0, 8)):
        cells = width if data.ConsumeIntInRange(0, 7) else data.ConsumeIntInRange(1, width + 2)
        rows.append([cell(data) for _ in range(cells)])
    size = sum(len(text) for row in rows for text in row)
    return headers, rows * (1 if data.ConsumeIntInRange(0, 15) else max(1, LARGEST // (size + 1)))


def file_of(data: atheris.FuzzedDataProvider) -> tuple[bytes, int | None]:
    """A file, and how many rows it has where that is known."""
    kind = data.ConsumeIntInRange(0, 7)
    if kind == 7:
        return data.ConsumeBytes(data.ConsumeIntInRange(0, 2000)), None
    headers, rows = table(data)
    if kind == 6:
        lines = [json.dumps(dict(zip(headers, row, strict=False))) for row in rows]
        return "\n".join(lines).encode(), None
    out = texts.StringIO()
    mark = data.PickValueInList([",", ";", "\t", "|"])
    csv.writer(out, delimiter=mark, quoting=data.PickValueInList([0, 1])).writerows([headers, *rows])
    text = out.getvalue()
    if kind == 5:  # cells as they come, with no quotation marks that were not asked for
        text = "\n".join(mark.join(row) for row in [headers, *rows])
    encoding = data.PickValueInList(["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
    content = text.encode(encoding, "replace")
    plain = kind < 4 and encoding == "utf-8" and "\0" not in text and all(any(map(str.strip, row)) for row in rows)
    return (gzip.compress(content) if kind == 4 else content), len(rows) if plain else None


def mapping_of(data: atheris.FuzzedDataProvider) -> dict[str, Any] | None:
    mapping: dict[str, Any] = {}
    for _ in range(data.ConsumeIntInRange(0, 3)):
        mapping |= data.PickValueInList(PARTS)
    if not data.ConsumeIntInRange(0, 7):
        mapping["file"] = {"encoding": data.PickValueInList(ENCODINGS), "separator": data.PickValueInList(MARKS)}
        mapping["file"] |= {"quote": data.PickValueInList(MARKS)} if data.ConsumeBool() else {}
    return mapping or None


def outcome(path: Path, mode: Any, mapping: Any) -> io.ImportResult | CrmError:
    try:
        return io.read(path, mapping=mapping, on_error=mode)
    except CrmError as fault:
        return fault


def counted(result: io.ImportResult) -> int:
    return result.accepted + len(result.rejected) + sum(result.set_aside.values())


def used_again(place: Path, path: Path, result: io.ImportResult, choice: int) -> None:
    """What a result is good for holds too."""
    if choice == 0:
        again = io.read(path, mapping=io.Mapping.from_toml(result.mapping.to_toml()))
        assert again.table.equals(result.table), "the complete mapping gives another table"
        assert again.mapping == result.mapping, "the complete mapping is not kept"
    elif choice == 1:
        io.write_rejected(result, place / "rejected.csv")
        if result.rejected:
            rest = io.read(place / "rejected.csv", mapping=result.mapping)
            assert rest.headers == result.headers, "the rejected rows have other columns"
            assert counted(rest) >= len(result.rejected), "a rejected row is lost"
    elif choice == 2:
        parts = list(io.read_chunks(path, rows=2, mapping=result.mapping))
        assert sum(map(counted, parts)) == counted(result), "the parts have another number of rows"
    elif choice == 3:
        everything = io.read_all([path], mapping=result.mapping)
        assert everything.records == result.records, "read_all counts otherwise"
    elif choice == 4:
        for backend in ("polars", "pyarrow"):
            assert len(io.read(path, mapping=result.mapping, backend=backend).table) == result.accepted
    elif choice == 5 and result.accepted:
        written = place / ("written.csv" if result.accepted % 2 else "written.jsonl")
        mapping = io.write(result.table, written, record=result.record)
        assert len(io.read(written, mapping=mapping, on_error="strict").table) == result.accepted, "not read back"


def check(place: Path, data: bytes) -> str:
    given = atheris.FuzzedDataProvider(data)
    mapping, choice = mapping_of(given), given.ConsumeIntInRange(0, 7)
    content, rows = file_of(given)
    path = place / "file.csv"
    path.write_bytes(content)
    result, strict = outcome(path, "collect", mapping), outcome(path, "strict", mapping)
    if isinstance(result, CrmError):
        assert isinstance(strict, CrmError), "refused, but taken in strict mode"
        assert strict.code == result.code, "refused for another reason in strict mode"
        return result.code
    if rows is not None:
        assert counted(result) == rows, "a row is lost"
    if result.rejected:
        assert isinstance(strict, CrmError), "faulty rows are taken in strict mode"
        first = result.rejected[0]
        assert (strict.line, strict.code) == (first.line, first.problems[0].code), "strict mode names another fault"
    else:
        assert isinstance(strict, io.ImportResult), "refused in strict mode without a fault"
        assert strict.table.equals(result.table), "another table in strict mode"
    if choice < 6:
        try:
            used_again(place, path, result, choice)
        except CrmError as fault:
            if fault.code not in ("needs_whole_file", "not_writable"):
                raise AssertionError("what was read cannot be used again") from fault
    return "some rejected" if result.rejected else "read"


def seeds_in(place: Path) -> str:
    place.mkdir()
    chance = random.Random(0)
    for number in range(SEEDS):
        (place / str(number)).write_bytes(chance.randbytes(chance.randint(50, LONGEST)))
    return str(place)


def main() -> None:
    with tempfile.TemporaryDirectory() as place:

        def one(data: bytes) -> None:
            seen[check(Path(place), data)] += 1
            if sum(seen.values()) % 500 == 0:
                print(f"{sum(seen.values()):,} files:", ", ".join(f"{n:,} {what}" for what, n in seen.most_common()))

        given = [f"-max_len={LONGEST}", "-len_control=0"]
        if not any(Path(word).is_file() for word in sys.argv[1:]):
            given.append(seeds_in(Path(place) / "seeds"))
        atheris.Setup([*sys.argv, *given], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
