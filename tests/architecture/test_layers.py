"""Imports go downwards, files stay small, and no file is a drawer for what found no place."""

import pytest

from tests.architecture.packages import ROOT, SOURCE

MOST_LINES = 400
DRAWERS = {"utils", "util", "common", "base", "helpers", "helper", "manager", "misc"}
FILES = sorted(SOURCE.rglob("*.py"))


def test_imports_go_downwards(monkeypatch):
    pytest.importorskip("importlinter", reason="import-linter comes with the extra `lint`")
    from importlinter import cli

    monkeypatch.chdir(ROOT)
    assert cli.lint_imports(is_debug_mode=False, show_timings=False, no_cache=True) == cli.EXIT_STATUS_SUCCESS


def test_no_file_is_long():
    assert FILES
    lengths = {str(file.relative_to(SOURCE)): len(file.read_text(encoding="utf-8").splitlines()) for file in FILES}
    assert {file: lines for file, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_file_is_a_drawer():
    assert [file for file in FILES if file.stem.strip("_") in DRAWERS] == []


def test_files_of_a_package_are_private():
    public = [file for file in FILES if file.parent != SOURCE and not file.stem.startswith("_")]
    assert public == []
