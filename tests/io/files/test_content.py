"""The bytes of a file are held as they are, however many it says it has."""

from __future__ import annotations

from io import BytesIO

import pytest

from crmkit.io._files import _content
from crmkit.io._files._content import content_of, packed


@pytest.mark.parametrize("said", [0, 3, 7, 8, 100])
@pytest.mark.parametrize("block", [1, 2, 1 << 20])
def test_all_bytes_are_read_whatever_the_size_that_was_said(
    monkeypatch: pytest.MonkeyPatch, said: int, block: int
) -> None:
    monkeypatch.setattr(_content, "BLOCK", block)
    content = content_of(BytesIO(b"a\nbc\nde"), said)
    assert content.view(0, content.size).tobytes() == b"a\nbc\nde"
    assert b"".join(content.blocks()) == b"a\nbc\nde"
    assert content.buffer[content.size :].any() == 0
    assert len(content.buffer) >= content.size + 16


@pytest.mark.parametrize(("text", "ended"), [(b"", b""), (b"a", b"a\n"), (b"a\n", b"a\n"), (b"a\r", b"a\r\n")])
def test_a_text_ends_in_a_line_end(text: bytes, ended: bytes) -> None:
    content = packed([text]).ended()
    assert content.view(0, content.size).tobytes() == ended


def test_a_part_is_a_text_line_by_line() -> None:
    with packed([b"id\xc3", b"\xa9\r\nb\rc\nd"]).text(2, 10) as text:
        assert list(text) == ["é\r\n", "b\r", "c\n"]
