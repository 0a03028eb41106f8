"""How a page's code blocks are run: Python as it stands, console blocks through the command line.

A page runs from top to bottom in one namespace and one empty directory, in which `sales_pipeline.csv` is the simulated
export. In a console block, a line that begins with `$ crmkit` is run; what is printed below it must match what comes
out, where `...` on a line of its own stands for any lines and within a line for any text.
"""

import contextlib
import io
import os
import re
import shlex
import tempfile
import warnings
from pathlib import Path

from sybil import Document, Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

from crmkit import cli, datasets


def setup(namespace: dict[str, object]) -> None:
    directory = tempfile.TemporaryDirectory()
    namespace["_directory"], namespace["_before"] = directory, Path.cwd()
    os.chdir(directory.name)
    datasets.write_sales_pipeline(datasets.simulate_company(seed=7, customers=400), "sales_pipeline.csv")
    warnings.simplefilter("ignore")


def teardown(namespace: dict[str, object]) -> None:
    os.chdir(str(namespace["_before"]))
    directory = namespace["_directory"]
    assert isinstance(directory, tempfile.TemporaryDirectory)
    directory.cleanup()


def evaluate_console(example: Example) -> str | None:
    blocks = re.split(r"^\$ ", example.parsed, flags=re.MULTILINE)[1:]
    for block in blocks:
        command, _, expected = block.partition("\n")
        words = shlex.split(command)
        if words[0] != "crmkit":
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            cli.main(words[1:])
        if expected.strip() and not _matches(expected, printed.getvalue()):
            return f"$ {command}\nexpected:\n{expected}\nprinted:\n{printed.getvalue()}"
    return None


def _matches(expected: str, printed: str) -> bool:
    pattern = re.escape(_trimmed(expected)).replace(re.escape("..."), ".*")
    return re.fullmatch(pattern, _trimmed(printed), flags=re.DOTALL) is not None


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _ignored(document: Document) -> list[object]:
    return []


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), CodeBlockParser("console", evaluate_console)],
    patterns=["*.md"],
    setup=setup,
    teardown=teardown,
).pytest()
