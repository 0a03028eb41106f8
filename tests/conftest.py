"""Where the real data are that some tests read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data() -> Path:
    """The directory of real exports; tests that need it are skipped where it is absent."""
    repository = Path(__file__).resolve().parents[1]
    place = Path(os.environ.get("CRMKIT_DATA", repository.parent / "shared" / "data"))
    if not place.is_dir():
        pytest.skip("the real data are not here; name their directory in CRMKIT_DATA")
    return place
