"""The command `crmkit`: a thin shell over io, kpi and reporting."""

from __future__ import annotations

import argparse
import io as streams
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import attrs

from crmkit import __version__
from crmkit.calendars import Every
from crmkit.errors import CrmError

if TYPE_CHECKING:
    from crmkit.io import Assumption, ImportResult, Mapping
    from crmkit.reporting import Report

__all__ = ["main"]

Form = Literal["spreadsheet", "transfer"]

_LARGE = 50_000_000  # bytes


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, or 1 where a file or a request was refused."""
    asked = _parser().parse_args(arguments)
    if isinstance(sys.stdout, streams.TextIOWrapper):
        # JSON is UTF-8; a terminal that lacks a letter shows a question mark for it.
        sys.stdout.reconfigure(encoding="utf-8" if getattr(asked, "json", False) else None, errors="replace")
    try:
        asked.run(asked)
        sys.stdout.flush()
    except CrmError as fault:
        print(_one_line(f"crmkit: {fault}"), file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="crmkit", description="From a CRM export to numbers and a page.")
    parser.add_argument("--version", action="version", version=f"crmkit {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="a simulated company: the KPIs, and crmkit-demo.html")
    demo.set_defaults(run=_demo, output=Path("crmkit-demo.html"))
    demo.add_argument("--seed", type=int, default=7, help="which company (default: 7)")

    inspect = commands.add_parser("inspect", help="how a file is understood, as a mapping in TOML with comments")
    inspect.set_defaults(run=_inspect)
    _file(inspect)

    convert = commands.add_parser("convert", help="an export as a canonical table: CSV, JSON Lines, Parquet or Excel")
    convert.set_defaults(run=_convert)
    _file(convert)
    convert.add_argument("--to", type=Path, required=True, metavar="FILE", help="the table; its suffix says the format")
    convert.add_argument("--form", choices=get_args(Form), default="spreadsheet", help="of CSV (default: spreadsheet)")
    convert.add_argument("--rejected", type=Path, metavar="CSV", help="the rows not taken, to be mended and read again")

    report = commands.add_parser("report", help="the KPIs of exports, and one HTML page")
    report.set_defaults(run=_report)
    _file(report, several=True)
    report.add_argument("--by", metavar="COLUMN", help="compare the values of this field or header (default: owner_id)")
    report.add_argument("--every", choices=get_args(Every), default="quarter", help="the periods of the first chart")
    report.add_argument("--as-of", type=_day, metavar="DATE", help="the last day that counts, as 2017-06-30")
    report.add_argument("--timezone", metavar="ZONE", help="of the calendar, and of times without one (default: UTC)")
    report.add_argument("--fiscal-year-start", type=int, default=1, metavar="MONTH", help="1 to 12 (default: 1)")
    report.add_argument("--json", action="store_true", help="print JSON, and write no page unless -o names one")
    report.add_argument("-o", "--output", type=Path, metavar="HTML", help="the page (default: crmkit-report.html)")
    return parser


def _file(parser: argparse.ArgumentParser, *, several: bool = False) -> None:
    if several:
        text = "an export, further ones to join to it, or a directory or zip archive of them"
        parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help=text)
    else:
        parser.add_argument("file", type=Path, metavar="FILE", help="an export: CSV, Excel, JSON Lines or Parquet")
    of = " (of the first file)" if several else ""
    parser.add_argument("--mapping", type=Path, metavar="TOML", help=f"what `crmkit inspect` printed, edited{of}")
    parser.add_argument("--preset", type=Path, metavar="TOML", help="an export whose headers are to be known")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write it as 2017-06-30") from None


def _demo(asked: argparse.Namespace) -> None:
    from crmkit import datasets, reporting, tables

    company = datasets.simulate_company(seed=asked.seed)
    deals = tables.join(company.deals, owner=company.users)
    measured = reporting.report(deals, title="A simulated company", as_of=company.as_of, by="owner.name")
    print(reporting.render_text(measured))
    _write_page(measured, asked.output)


def _inspect(asked: argparse.Namespace) -> None:
    from crmkit import io, reporting

    result = _read(asked.file, asked, io.mapping_of(asked.mapping))
    counts = f"{result.accepted:,} accepted, {len(result.rejected):,} rejected"
    counts += "".join(f", {count:,} {reason}" for reason, count in result.set_aside.items())
    print(_one_line(f"# {asked.file}: {result.records:,} {result.record} rows, {counts}"))
    print("# The mapping: edit it, and give it back with --mapping", end="\n\n")
    print(result.mapping.to_toml())
    print("".join(f"# {line}".rstrip() + "\n" for line in reporting.render_import(result).splitlines()), end="")


def _convert(asked: argparse.Namespace) -> None:
    from crmkit import io

    used = [asked.file, asked.mapping, asked.preset]
    _refuse_place(asked.to, *used)
    result = _read(asked.file, asked, io.mapping_of(asked.mapping))
    tables = {asked.to: (result.table, result.record)}
    for record, table in result.related.items():
        stem, dot, suffixes = asked.to.name.partition(".")
        tables[asked.to.with_name(f"{stem}-{record}{dot}{suffixes}")] = (table, record)
    for path in filter(None, (*tables, asked.rejected)):
        _refuse_place(path, *used)
        used.append(path)
    for path, (table, record) in tables.items():
        io.write(table, path, record=record, form=asked.form)
        print(_one_line(f"{path}: {len(table):,} {record} rows"))
    if asked.rejected is not None:
        io.write_rejected(result, asked.rejected)
    where = "" if asked.rejected is None else f": {asked.rejected}"
    print(_one_line(f"{len(result.rejected):,} rows rejected{where}"))


def _report(asked: argparse.Namespace) -> None:
    from crmkit import io, reporting

    mapping = io.mapping_of(asked.mapping)
    if asked.timezone is not None and mapping.timezone is None:
        mapping = attrs.evolve(mapping, timezone=asked.timezone)
    page = asked.output or (None if asked.json else Path("crmkit-report.html"))
    if page is not None:
        _refuse_place(page, *asked.files, asked.mapping)
    if len(asked.files) > 1 or asked.files[0].is_dir() or asked.files[0].suffix.lower() == ".zip":
        result, assumed = _together(asked, mapping)
    else:
        result, assumed = _read(asked.files[0], asked, mapping), []
    name = asked.files[0].name
    if result.rejected and not result.accepted:
        print(reporting.render_import(result), file=sys.stderr)
        raise CrmError(
            f"{name}: none of its {result.records:,} rows could be read; the problems are above, and "
            f"`crmkit inspect` prints a mapping to mend them with",
            code="nothing_accepted",
            file=str(asked.files[0]),
        )
    fields = {header: name for name, header in (result.mapping.columns or {}).items()}
    timezone = asked.timezone or result.mapping.timezone or "UTC"
    latest = reporting.latest_date(result.table, result.record, timezone=timezone)
    if asked.as_of is None and latest is not None:
        text = f"as of the end of {latest}, the latest date in the file; --as-of DATE says another"
        assumed.append(io.Assumption("as_of", "as_of", text))
    measured = reporting.report(
        result,
        title=name,
        as_of=asked.as_of or latest,
        assumed=assumed,
        by=fields.get(asked.by, asked.by),
        every=asked.every,
        timezone=timezone,
        fiscal_year_start=asked.fiscal_year_start,
    )
    print(reporting.render_json(measured) if asked.json else reporting.render_text(measured))
    if page is not None:
        _write_page(measured, page, quiet=asked.json)


def _read(file: Path, asked: argparse.Namespace, mapping: Mapping) -> ImportResult:
    from crmkit import io

    presets = [] if asked.preset is None else [asked.preset]
    with _progress(file) as progress:
        return io.read(file, mapping=mapping, presets=presets, progress=progress)


def _together(asked: argparse.Namespace, mapping: Mapping) -> tuple[ImportResult, list[Assumption]]:
    """Read several files, and join the others to the first, or to the deals of a directory or an archive."""
    from crmkit import io, tables
    from crmkit.records import RECORDS, fields_of

    many = len(asked.files) > 1
    read = io.read_all(
        asked.files if many else asked.files[0],
        mapping={asked.files[0].name: mapping} if many else None,
        presets=[] if asked.preset is None else [asked.preset],
    )
    for fault in read.refused.values():
        if many:
            raise fault
        print(_one_line(f"crmkit: left out: {fault}"), file=sys.stderr)
    first = next(iter(read.results.values()), None) if many else None
    first = first or next((result for result in read.results.values() if result.record == "deal"), None)
    if first is None:
        raise CrmError(
            f"{asked.files[0]}: no file in it holds deals", code="nothing_accepted", file=str(asked.files[0])
        )
    joined = {
        field.removesuffix("_id"): read.tables[spec.record]
        for field, spec in fields_of(RECORDS[first.record]).items()
        if spec.record is not None
        and spec.record in read.tables
        and field.endswith("_id")
        and field in read.tables[first.record].columns
    }
    said = [
        io.Assumption(
            "file", name, f"{name}: {result.accepted:,} {result.record} rows, {len(result.rejected):,} rejected"
        )
        for name, result in read.results.items()
    ]
    table = tables.join(read.tables[first.record], **joined)
    return attrs.evolve(first, table=table), [*said, *read.assumptions]


@contextmanager
def _progress(file: Path) -> Iterator[Callable[[int, int], None] | None]:
    """Give what shows how far a large file is read, where someone looks and tqdm is installed."""
    try:
        from tqdm import tqdm

        large = file.stat().st_size > _LARGE and sys.stderr.isatty()
    except (ImportError, OSError, ValueError):
        large = False
    if not large:
        yield None
        return
    with tqdm(unit="B", unit_scale=True, leave=False) as bar:

        def show(done: int, whole: int) -> None:
            bar.total = whole
            bar.update(done - bar.n)

        yield show


def _refuse_place(page: Path, *read: Path | None) -> None:
    """Refuse a place for a file before anything is written: one that is not there, or one that is in use already."""
    try:
        there = page.parent.is_dir() and bool(page.name)
        used = page.resolve() in {path.resolve() for path in read if path is not None}
    except (OSError, RuntimeError, ValueError) as fault:  # a circle of links, a NUL
        raise CrmError(f"cannot write {page}: {fault}", code="cannot_write", file=str(page)) from None
    if not there:
        raise CrmError(f"cannot write {page}: No such file or directory", code="cannot_write", file=str(page))
    if used:
        raise CrmError(f"cannot write {page}: it is in use; name another file", code="cannot_write", file=str(page))


def _write_page(measured: Report, path: Path, *, quiet: bool = False) -> None:
    from crmkit import reporting

    try:
        path.write_text(reporting.render_html(measured), encoding="utf-8")
    except OSError as fault:
        raise CrmError(f"cannot write {path}: {fault.strerror}", code="cannot_write", file=str(path)) from fault
    if not quiet:
        print(_one_line(f"The page: {path}"))


def _one_line(text: str) -> str:
    """Take out what would steer a terminal: the name of a file may hold anything."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
