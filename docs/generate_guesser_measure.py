"""Write docs/reference/guesser.md from real and renamed exports: python docs/generate_guesser_measure.py DIRECTORY.

The directory is that of the real exports, as the environment variable CRMKIT_DATA names it for the tests.
"""

import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs

from crmkit.io._columns import is_required, specs_of
from crmkit.io._files import read_rows, source_of
from crmkit.io._guess import Match, best_matches
from crmkit.io._signs import signs_of

DOCS = Path(__file__).parent
PAGE = DOCS / "reference" / "guesser.md"
TESTS = DOCS.parent / "tests" / "io"
TRUTH = TESTS / "guessing" / "truth.toml"
RENAMED = TESTS / "presets" / "renamed"

HEAD = """\
# The guesser, measured

Where neither a mapping nor a preset says what the columns of a file are, crmkit guesses: by the names of the headers, in
English, German, French, Spanish and Portuguese, and by what the cells look like. How sure it is of a column stands in
`result.confidence`; two columns that are alike for one field are left open, and every guess is one of
`result.assumptions`. This page says how often it is right. It is made by `docs/generate_guesser_measure.py`.

What each column means was told by hand before it was guessed. A column is

- **right** where it was taken for the field that it is,
- **wrong** where it was taken for another field, or for one although it is none; where the kind of record is wrong, every
  column that was taken for a field is,
- **left open** where it is a field and was taken for none.

The columns that are no field and were taken for none are not counted. Presets are not used here.
"""

REAL = """
## Real exports

Public exports of HubSpot, Salesforce, Shopify and Stripe, a teaching data set of deals (its name is that of a CRM) and a
list of customers of a telephone company. The words of the guesser were written with these files at hand.
"""

OTHERS = """
## Renamed exports

Exports in the shapes that the presets know, their headers renamed and put into other languages by someone who had not
seen the guesser's words. The words were not fitted to these files.
"""


@attrs.frozen
class Tally:
    """How the columns of one file were guessed."""

    file: str
    record: str
    guessed: str
    columns: int
    right: int
    wrong: int
    open: int


def guess(path: Path) -> tuple[Match | None, int]:
    """Return what a file is taken for, with nothing said of it, and the number of its columns."""
    rows = read_rows(source_of(path))
    matches = best_matches(rows, lambda record: specs_of(record, None))
    return next((found for found in matches if _is_whole(found)), None), len(rows.columns)


def _is_whole(found: Match) -> bool:
    needed = [spec.name for spec in specs_of(found.record, None).values() if is_required(found.record, spec)]
    return all(field in found.columns for field in needed if field != "id")


def tally(path: Path, truth: Mapping[str, Any]) -> Tally:
    """Compare the guess with what is so."""
    found, columns = guess(path)
    means = {
        field: {header} if isinstance(header, str) else {*header} for field, header in truth.get("columns", {}).items()
    }
    taken = dict(found.columns) if found else {}
    if found:
        taken = {field: header for field, header in taken.items() if field not in signs_of(found.record)}
    same = found is not None and found.record == truth.get("record")
    right = {field for field, header in taken.items() if same and header in means.get(field, ())}
    unsaid = [field for field, headers in means.items() if field not in right and headers.isdisjoint(taken.values())]
    return Tally(
        path.name,
        truth.get("record", "none"),
        found.record if found else "none",
        columns,
        len(right),
        len(taken) - len(right),
        len(unsaid),
    )


def table(tallies: Iterable[Tally]) -> str:
    """Write the tallies, and what they come to."""
    tallies = list(tallies)
    lines = [
        "\n| File | Rows are | Taken for | Columns | Right | Wrong | Left open |\n|---|---|---|---:|---:|---:|---:|\n"
    ]
    for one in tallies:
        lines.append(
            f"| `{one.file}` | {one.record} | {one.guessed} | {one.columns} | {one.right} | {one.wrong} | {one.open} |\n"
        )
    columns, right, wrong, left = (
        sum(getattr(one, name) for one in tallies) for name in ("columns", "right", "wrong", "open")
    )
    lines.append(f"| **all** | | | {columns} | **{right}** | **{wrong}** | **{left}** |\n")
    told = right + wrong + left
    lines.append(
        f"\nOf {told} columns that are a field or were taken for one, {right / told:.1%} are right, {wrong / told:.1%} "
        f"wrong and {left / told:.1%} left open.\n"
    )
    return "".join(lines)


def tallies(places: Iterable[Path], truth: Path) -> list[Tally]:
    """Guess each file of which the truth tells."""
    told = tomllib.loads(truth.read_text(encoding="utf-8"))
    files = {path.name: path for place in places for path in sorted(place.iterdir())}
    return [tally(files[name], means) for name, means in sorted(told.items())]


def page(data: Path) -> str:
    """Write the whole page."""
    real = tallies(sorted(place for place in data.iterdir() if place.is_dir()), TRUTH)
    renamed = tallies([RENAMED], RENAMED / "truth.toml")
    return HEAD + REAL + table(real) + OTHERS + table(renamed)


if __name__ == "__main__":
    PAGE.write_text(page(Path(sys.argv[1])), encoding="utf-8")
