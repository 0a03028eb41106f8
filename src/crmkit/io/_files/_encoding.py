"""Which encoding a text is in: declared, said by its first bytes, proven by all of them, or the text is refused."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from io import IncrementalNewlineDecoder
from itertools import chain

import attrs
import numpy as np

from crmkit.errors import ImportRejected, shown
from crmkit.io._files._content import Content, packed
from crmkit.io._files._western import WESTERN, Evidence, western_evidence
from crmkit.io._findings import Assumption

__all__ = ["Blocks", "Encoding", "content_in_utf8", "encoding_of", "in_utf8"]

Blocks = Callable[[], Iterable[memoryview | bytes]]

_UTF8 = "utf-8"
_UTF8_NAMES = (_UTF8, "utf-8-sig")
_NO_FILES = ("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape")
_BOMS = (  # the longer ones first: UTF-32 begins as UTF-16 does
    (codecs.BOM_UTF8, _UTF8),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 4096
_LAST_ASCII = 127
_SHOWN = 4  # bytes
_FEWEST_NULS = 0.2  # of the characters of a table: its digits, separators and line ends


@attrs.frozen
class Encoding:
    """How a text is encoded.

    Args:
        name: that Python knows.
        bom: how many bytes a byte order mark of UTF-8 takes.
        assumptions: what of it was neither declared nor is plain.
    """

    name: str
    bom: int = 0
    assumptions: tuple[Assumption, ...] = ()


def encoding_of(file: str, blocks: Blocks, declared: str | None) -> Encoding:
    """Find the encoding of a text.

    Args:
        file: the name that messages use.
        blocks: gives its bytes from the beginning, each time anew.
        declared: what the caller says it is.

    Raises:
        ImportRejected: there is no such encoding, or the bytes are neither UTF-8 nor surely anything else.
    """
    start = _start(blocks())
    name = None if declared is None else _checked(file, declared)
    if declared is None:
        for mark, said in _BOMS:
            if start.startswith(mark) and said != _UTF8:
                return Encoding(said, 0, (_assumed(said, f"is {said.upper()}, as its first bytes say"),))
        if (order := _order_of_utf16(start)) is not None:
            said = f"utf-16-{order}"
            return Encoding(said, 0, (_assumed(said, "is UTF-16: each digit and separator has a NUL byte beside it"),))
    if name in (None, *_UTF8_NAMES):
        if _is_utf8(blocks()):
            return Encoding(_UTF8, len(codecs.BOM_UTF8) if start.startswith(codecs.BOM_UTF8) else 0)
        evidence = western_evidence(blocks()) if declared is None else None
        if evidence is None:
            raise _refused(file, blocks, _UTF8)
        return Encoding(WESTERN, 0, (_assumed(WESTERN, _western_text(evidence)),))
    return Encoding(str(declared))


def content_in_utf8(file: str, content: Content, encoding: Encoding) -> Content:
    """Return the bytes of a text in UTF-8; its byte order mark stays where there is nothing else to do."""
    return content if encoding.name == _UTF8 else packed(list(in_utf8(file, content.blocks, encoding)))


def in_utf8(file: str, blocks: Blocks, encoding: Encoding) -> Iterator[bytes]:
    """Give the bytes of a text in UTF-8, piece by piece, without a byte order mark.

    Raises:
        ImportRejected: they are not in its encoding.
    """
    try:
        decoder = codecs.getincrementaldecoder(encoding.name)()
        is_first = True
        for block, is_last in chain(((bytes(block), False) for block in blocks()), [(b"", True)]):
            text = decoder.decode(block, is_last)
            if text:
                yield (text.removeprefix("\ufeff") if is_first else text).encode()
                is_first = False
    except UnicodeError:
        raise _refused(file, blocks, encoding.name) from None


def _start(blocks: Iterable[memoryview | bytes]) -> bytes:
    start = b""
    for block in blocks:
        start += block[:_LOOKED_AT]
        if len(start) >= _LOOKED_AT:
            break
    return start[:_LOOKED_AT]


def _checked(file: str, declared: str) -> str:
    try:
        found = codecs.lookup(declared)
        if not found._is_text_encoding or found.name.replace("_", "-") in _NO_FILES:
            raise LookupError
    except (LookupError, ValueError):
        reason = (
            f'[file] encoding = {shown(declared)}: there is no such encoding of texts; say "utf-8", "utf-16", "cp1252" '
            "or another that Python knows"
        )
        raise ImportRejected.of(reason, file=file, code="invalid_mapping") from None
    return found.name


def _order_of_utf16(start: bytes) -> str | None:
    """Return the order of the bytes of UTF-16 that does not say it; the high ones of ASCII are NUL."""
    nuls = np.frombuffer(start[: len(start) // 2 * 2], np.uint8).reshape(-1, 2) == 0
    first, second = nuls.sum(axis=0).tolist()
    if min(first, second) or max(first, second) < max(2, _FEWEST_NULS * len(nuls)):
        return None
    return "be" if first else "le"


def _is_utf8(blocks: Iterable[memoryview | bytes]) -> bool:
    """Tell whether bytes are UTF-8; only those beyond ASCII are decoded, each run with the byte that ends it."""
    decoder = codecs.getincrementaldecoder(_UTF8)()
    is_within = False
    try:
        for block in blocks:
            some = np.frombuffer(block, np.uint8)
            high = some > _LAST_ASCII
            if len(high) and (is_within or high.any()):
                looked_at = high.copy()
                looked_at[1:] |= high[:-1]
                looked_at[0] |= is_within
                decoder.decode(some[looked_at].tobytes())
                is_within = bool(high[-1])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _assumed(name: str, text: str) -> Assumption:
    return Assumption("encoding", "encoding", f'The file {text}. To change: [file] encoding = "{name}"')


def _western_text(evidence: Evidence) -> str:
    return (
        f"is not UTF-8 and is read as Windows-1252 ({WESTERN}), of which Latin-1 is a part: of its "
        f"{evidence.words:,} distinct words beyond ASCII nearly all are then written as in Western European "
        f"languages, the first on line {evidence.line:,}: {shown(evidence.word)}"
    )


def _refused(file: str, blocks: Blocks, name: str) -> ImportRejected:
    """Build the error for the first bytes that are not in an encoding."""
    line, what = _first_fault(blocks(), name)
    if name == _UTF8:
        reason = (
            f"{what} not UTF-8; save the file as 'CSV UTF-8', or say what it is in the mapping: "
            '[file] encoding = "cp1252" if it is Windows-1252 or Latin-1'
        )
    else:
        reason = f"{what} not {name}; say what the file is in the mapping: [file] encoding, or take that line out"
    return ImportRejected.of(reason, file=file, line=line, code="encoding")


def _first_fault(blocks: Iterable[memoryview | bytes], name: str) -> tuple[int, str]:
    """Return the line of the first fault, and the words that begin a sentence about it."""
    decoder = codecs.getincrementaldecoder(name)()
    line_ends = IncrementalNewlineDecoder(None, translate=True)
    counts: list[int] = []
    what = "this is"
    try:
        counts.extend(line_ends.decode(text).count("\n") for text in _decoded(decoder, blocks))
    except UnicodeDecodeError as fault:
        faulty = [f"0x{byte:02X}" for byte in fault.object[fault.start : fault.end][:_SHOWN]]
        what = f"the byte {faulty[0]} is" if len(faulty) == 1 else f"the bytes {' '.join(faulty)} are"
    except UnicodeError:
        pass  # of a text that begins without the mark it needs
    return 1 + sum(counts) + line_ends.decode("", final=True).count("\n"), what


def _decoded(decoder: codecs.IncrementalDecoder, blocks: Iterable[memoryview | bytes]) -> Iterator[str]:
    """Give the text up to the first fault, where it is raised."""
    for block in blocks:
        state = decoder.getstate()
        try:
            yield _sound(decoder.decode(bytes(block)))
        except UnicodeError:
            decoder.setstate(state)
            yield from map(_sound, map(decoder.decode, [bytes([byte]) for byte in bytes(block)]))
    decoder.decode(b"", final=True)


def _sound(text: str) -> str:
    text.encode()  # half of a surrogate pair stands for nothing
    return text
