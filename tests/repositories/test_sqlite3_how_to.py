"""The store of the how-to over sqlite3 fulfils the contract, as the page has it."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "implement-a-repository.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
MAPPING, STORE, CONTRACT = BLOCKS[:2], BLOCKS[2:4], BLOCKS[-1]


def _run(blocks):
    namespace = {"__name__": __name__}
    for block in blocks:
        exec(compile(block, PAGE.name, "exec"), namespace)  # noqa: S102 - our own page
    return namespace


TestSqliteStore = _run([*MAPPING, *STORE, CONTRACT])["TestSqliteStore"]


def test_the_store_is_an_afternoons_work():
    lines = [line for block in STORE for line in block.splitlines() if line.strip()]
    assert len(lines) < 150


def test_the_contract_is_run_in_twelve_lines():
    body = CONTRACT.partition("class ")[2]
    assert len(body.splitlines()) <= 12
