"""Every example runs as it stands, in an empty directory."""

import runpy
import warnings
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))


def run(example, directory, monkeypatch, capsys, name="__main__"):
    monkeypatch.chdir(directory)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        runpy.run_path(str(example), run_name=name)
    return capsys.readouterr().out


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_an_example_runs_and_prints_a_little(example, tmp_path, monkeypatch, capsys):
    printed = run(example, tmp_path, monkeypatch, capsys)
    assert 0 < len(printed.splitlines()) <= 40


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_an_example_does_nothing_when_imported(example, tmp_path, monkeypatch, capsys):
    assert run(example, tmp_path, monkeypatch, capsys, name="imported") == ""
    assert list(tmp_path.iterdir()) == []


def test_the_first_example_tells_the_whole_story(tmp_path, monkeypatch, capsys):
    story = next(example for example in EXAMPLES if example.stem == "export_to_report")
    printed = run(story, tmp_path, monkeypatch, capsys)
    assert "0 rows rejected" in printed
    assert "true win rate 35%, inside the interval: True" in printed
    assert "open_pipeline: cannot compute: amount missing in" in printed
    assert {path.name for path in tmp_path.iterdir()} == {"report.html", "sales_pipeline.csv"}
    assert "<title>Our pipeline</title>" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_there_are_examples():
    assert EXAMPLES
