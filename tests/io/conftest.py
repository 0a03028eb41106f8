"""A file from a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.io.written import Write


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: str | bytes, name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written
