"""How a page's code blocks are run: as one test, from top to bottom, in one namespace and one new directory.

    ```python                    runs; what it prints must stand in a `text` (or `mermaid`) block right below
    ```console                   `$ crmkit ...` runs; what it prints must stand below the command
    ```toml title="m.toml"       any block with a title is written to the file of that name
    ```bash, ```text, ...        the rest is only shown

The directory holds `sales_pipeline.csv`, the export of `simulate_company(seed=7, customers=400)`. In what is printed,
`...` stands for any text, over several lines too.
"""

import contextlib
import io
import os
import re
import shlex
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sybil import Document, Example, Region, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.example import SybilFailure
from sybil.parsers.markdown import CodeBlockParser
from sybil.parsers.markdown.lexers import FencedCodeBlockLexer

from crmkit import cli, datasets

_OUTPUT = re.compile(r"\s*^```(?:text|mermaid)\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)
_TITLED = FencedCodeBlockLexer(r'\w+ title="(?P<name>[\w.-]+)"')


@cache
def _export() -> str:
    datasets.write_sales_pipeline(datasets.simulate_company(seed=7, customers=400), "sales_pipeline.csv")
    return Path("sales_pipeline.csv").read_text(encoding="utf-8")


def titled_blocks(document: Document) -> Iterable[Region]:
    for region in _TITLED(document):
        file = (region.lexemes["name"], region.lexemes["source"])
        yield Region(region.start, region.end, parsed=file, evaluator=evaluate_titled)


def evaluate_titled(example: Example) -> None:
    name, text = example.parsed
    Path(name).write_text(text, encoding="utf-8")


def evaluate_python(example: Example) -> str | None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        PythonEvaluator()(example)
    below = _OUTPUT.match(example.document.text, example.region.end)
    return _difference("the block", below[1] if below else "", printed.getvalue())


def evaluate_console(example: Example) -> str | None:
    for block in re.split(r"^\$ ", example.parsed, flags=re.MULTILINE)[1:]:
        command, _, expected = block.partition("\n")
        program, *words = shlex.split(command)
        assert program == "crmkit", f"a console block runs crmkit, not {program}"
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), contextlib.suppress(SystemExit):
            cli.main(words)
        if difference := _difference(f"$ {command}", expected, printed.getvalue()):
            return difference
    return None


def _difference(what: str, expected: str, printed: str) -> str | None:
    pattern = re.escape(_trimmed(expected)).replace(re.escape("..."), ".*")
    if re.fullmatch(pattern, _trimmed(printed), flags=re.DOTALL):
        return None
    return f"{what}\nexpected:\n{expected}\nprinted:\n{printed}"


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


PAGES = Sybil(
    parsers=[
        CodeBlockParser("python", evaluate_python),
        CodeBlockParser("console", evaluate_console),
        titled_blocks,
    ],
    path=str(Path(__file__).parents[1]),
    patterns=["*.md"],
)


class Page(pytest.File):
    """A page of the documentation."""

    def collect(self) -> Iterable[pytest.Item]:
        if any(True for _ in PAGES.parse(self.path).examples()):
            yield Blocks.from_parent(self, name="blocks")


class Blocks(pytest.Item):
    """The blocks of a page: what one of them leaves behind, the next ones take up."""

    def runtest(self) -> None:
        with contextlib.ExitStack() as stack:
            stack.enter_context(contextlib.chdir(stack.enter_context(tempfile.TemporaryDirectory())))
            stack.enter_context(patch.dict(os.environ, COLUMNS="100"))  # how wide argparse writes
            Path("sales_pipeline.csv").write_text(_export(), encoding="utf-8")
            for example in PAGES.parse(self.path).examples():
                example.evaluate()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:
        if isinstance(excinfo.value, SybilFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.path.name


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Page | None:
    return Page.from_parent(parent, path=file_path) if PAGES.should_parse(file_path) else None
