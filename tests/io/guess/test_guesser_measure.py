"""The page that says how often the guesser is right is there, and is what the guesser of today comes to."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.io.guessed import headers_only

DOCS = Path(__file__).resolve().parents[3] / "docs"


@pytest.fixture(scope="module")
def measure() -> ModuleType:
    spec = importlib.util.spec_from_file_location("measure", DOCS / "generate_guesser_measure.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_has_both_tables(measure):
    text = measure.PAGE.read_text(encoding="utf-8")
    assert text.startswith(measure.HEAD + measure.REAL)
    assert measure.OTHERS in text
    assert text.count("| **all** |") == 2


def test_the_table_of_renamed_exports_is_what_the_guesser_comes_to(measure):
    table = measure.table(measure.tallies([measure.RENAMED], measure.RENAMED / "truth.toml"))
    how = "run python docs/generate_guesser_measure.py DIRECTORY, with that of the real exports"
    assert measure.PAGE.read_text(encoding="utf-8").endswith(table), how


def test_the_page_is_what_the_guesser_comes_to(measure, data):
    assert measure.PAGE.read_text(encoding="utf-8") == measure.page(data), "run python docs/generate_guesser_measure.py"


def test_every_real_export_has_its_truth(measure, data):
    files = {path.name for path in data.glob("*/*.*")}
    told = measure.told(measure.TRUTH)
    assert files == told.keys()
    for name, means in told.items():
        headers = {header for _, headers in measure.meanings(means) for header in headers}
        (path,) = data.glob(f"*/{name}")
        assert headers <= set(path.read_text(encoding="utf-8-sig").splitlines()[0].replace('"', "").split(",")), name


@pytest.mark.parametrize(
    ("truth", "counts"),
    [
        ({"record": "deal", "columns": {"amount": "Amount", "stage": "Stage"}}, (2, 0, 0)),
        ({"record": "deal", "columns": {"amount": ["Amount", "Sum"], "stage": "Stage", "name": "F1"}}, (2, 0, 1)),
        ({"record": "deal", "columns": {"status": "Stage"}}, (0, 2, 0)),
        ({"record": "lead", "columns": {"status": "Stage", "email": "F1"}}, (0, 2, 1)),
        ({}, (0, 2, 0)),
    ],
)
def test_columns_are_right_wrong_or_open(measure, truth, counts):
    tally = measure.tally("file.csv", headers_only("Amount", "Stage", "F1"), truth)
    assert (tally.right, tally.wrong, tally.open) == counts
    assert (tally.guessed, tally.columns) == ("deal", 3)


def test_a_file_that_is_no_record_leaves_all_open(measure):
    tally = measure.tally("file.csv", headers_only("F1"), {"record": "deal", "columns": {"amount": "F1"}})
    assert (tally.right, tally.wrong, tally.open, tally.guessed) == (0, 0, 1, "none")
