"""The same report gives the same bytes, wherever and whenever it is written."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crmkit import reporting

from .pages import HOSTILE, imported, measured, named

_WRITE = "from tests.reporting.test_determinism import digests; import json; print(json.dumps(digests()))"


def digests() -> list[str]:
    """The digests of everything that a report is written as."""
    report = measured(imported(named(HOSTILE[:6]), "<odd>\n"), timezone="Asia/Tokyo", every="month")
    written = (reporting.render_html(report), reporting.render_text(report), reporting.render_json(report))
    return [hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest() for text in written]


@pytest.fixture(scope="module")
def first() -> list[str]:
    return digests()


def test_the_same_report_gives_the_same_bytes_again(first):
    assert digests() == first


def test_hash_seed_time_zone_and_locale_do_not_matter(first):
    repository = Path(__file__).parents[2]
    surroundings = {"PYTHONHASHSEED": "77", "TZ": "Pacific/Auckland", "LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"}
    fresh = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-c", _WRITE],
        cwd=repository,
        env={**os.environ, **surroundings},
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(fresh.stdout) == first
