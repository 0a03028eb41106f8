"""The documentation covers the library: every page is reachable, every public name and code is explained."""

import importlib.util
import inspect
import re

import pytest

from crmkit import cli, errors
from tests.architecture.packages import PACKAGES, ROOT, SOURCE, exports
from tests.documentation import PAGES

DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
GENERATED = ("kpi_catalogue", "record_fields")


def page(name):
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


def names_on(text):
    return set(re.findall(r"`([\w-]+)`", text))


def nav():
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    return re.findall(r"([\w/.-]+\.md)$", text.partition("\nnav:")[2], flags=re.MULTILINE)


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_page_is_what_its_generator_makes(name):
    spec = importlib.util.spec_from_file_location(name, DOCS / f"generate_{name}.py")
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    assert generator.PAGE.read_text(encoding="utf-8") == generator.page(), f"run python docs/generate_{name}.py"


def test_every_page_is_in_the_navigation_once_and_every_entry_is_a_page():
    assert sorted(nav()) == sorted(str(file.relative_to(DOCS)) for file in DOCS.rglob("*.md"))


def test_the_code_blocks_of_readme_and_pages_are_run():
    assert all(PAGES.should_parse(file) for file in [ROOT / "README.md", *DOCS.rglob("*.md")])


@pytest.mark.parametrize("package", [package for package in PACKAGES if package != "cli"])
def test_every_public_name_stands_on_the_page_of_its_package(package):
    text = page(package)
    assert f"::: crmkit.{package}\n" in text  # renders the classes and functions
    constants = {
        name for name, value in exports(package).items() if not inspect.isroutine(value) and not isinstance(value, type)
    }
    assert constants - names_on(text) == set()


def test_every_error_stands_in_the_tree():
    classes = {name for name, value in exports("errors").items() if isinstance(value, type)}
    assert classes - set(re.findall(r"^ *(\w+)", page("errors"), flags=re.MULTILINE)) == set()


def test_every_code_of_an_error_is_explained():
    codes = {value.code for value in exports("errors").values() if isinstance(value, type) and hasattr(value, "code")}
    for file in SOURCE.rglob("*.py"):
        codes |= set(re.findall(r'\bcode="(\w+)"', file.read_text(encoding="utf-8")))
    assert errors.CrmError.code in codes
    assert codes - names_on(page("errors")) == set()


def test_every_code_of_an_assumption_or_a_problem_is_explained():
    codes = set()
    for file in (SOURCE / "io").rglob("*.py"):
        codes |= set(re.findall(r'\b(?:Unreadable|Assumption)\(\s*"(\w+)"', file.read_text(encoding="utf-8")))
    assert codes
    assert codes - names_on(page("io")) == set()


@pytest.mark.parametrize("command", ["demo", "inspect", "convert", "report"])
def test_every_option_of_the_command_line_is_explained(command, capsys):
    with pytest.raises(SystemExit):
        cli.main([command, "--help"])
    text = page("command-line").partition(f"## crmkit {command}")[2].partition("\n## ")[0]
    options = set(re.findall(r"(--[a-z-]+)", capsys.readouterr().out)) - {"--help"}
    assert options
    assert {option for option in options if f"`{option}" not in text and f" {option}" not in text} == set()
