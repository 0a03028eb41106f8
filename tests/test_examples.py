"""Every example runs as it stands, in an empty directory."""

import contextlib
import io
import runpy
import warnings
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))


def run(example, directory, name="__main__"):
    printed = io.StringIO()
    with contextlib.chdir(directory), contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("error")
        runpy.run_path(str(example), run_name=name)
    return printed.getvalue()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_an_example_runs_and_prints_a_little(example, tmp_path):
    printed = run(example, tmp_path)
    assert 0 < len(printed.splitlines()) <= 40
    if example.stem == "export_to_report":
        tells_the_whole_story(printed, tmp_path)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_an_example_does_nothing_when_imported(example, tmp_path):
    assert run(example, tmp_path, name="imported") == ""
    assert list(tmp_path.iterdir()) == []


def tells_the_whole_story(printed, directory):
    assert "0 rows rejected" in printed
    assert "true win rate 35%, inside the interval: True" in printed
    assert "open_pipeline: cannot compute: amount missing in" in printed
    assert {path.name for path in directory.iterdir()} == {"report.html", "sales_pipeline.csv"}
    assert "<title>Our pipeline</title>" in (directory / "report.html").read_text(encoding="utf-8")


def test_there_are_examples():
    assert "export_to_report" in {example.stem for example in EXAMPLES}
