"""What there is to read in a directory, an archive or a list, and how much of it is taken on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from crmkit.errors import ImportRejected, InvalidArgument, shown
from crmkit.io._files import Source

__all__ = ["Found", "Limits", "limit_bytes", "limit_files", "limit_ratio", "name_to_skip", "printable"]

_DATA = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xls", ".json", ".jsonl", ".ndjson", ".parquet")
_PACKED = (".zip", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".tar", ".7z", ".rar")
_LONGEST_NAME = 120


def _positive(_: Any, attribute: attrs.Attribute[int], value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        reason = f"Limits({attribute.name}={shown(value)}): a whole number from 1 was expected"
        raise InvalidArgument(reason, argument=attribute.name, value=value)


@attrs.frozen
class Limits:
    """How much `read_all` takes on at once.

    Args:
        files: how many files there may be.
        bytes: how many bytes they may have together, unpacked.
        ratio: how many times its own size an archive may unpack to.

    Raises:
        InvalidArgument: a limit that is no whole number from 1.
    """

    files: int = attrs.field(default=1_000, validator=_positive)
    bytes: int = attrs.field(default=2 * 1024**3, validator=_positive)
    ratio: int = attrs.field(default=100, validator=_positive)


@attrs.frozen
class Found:
    """The files that there are.

    Args:
        files: by name, what opens each: it gives its source, or says why it has none.
        refused: the files that cannot be opened at all, and why.
        skipped: the files that are left out, and why.
        size: how many bytes all files have, as far as that is known before they are read.
    """

    files: Mapping[str, Callable[[], Source | ImportRejected]]
    refused: Mapping[str, ImportRejected]
    skipped: Mapping[str, str]
    size: int


def name_to_skip(name: str, *, gzipped: bool) -> str | None:
    """Say why a file of this name is left out; None where it is not.

    Args:
        name: its own name, without its directory.
        gzipped: whether it may be packed by gzip.
    """
    if name.startswith((".", "~$")):
        return "it is a hidden file"
    plain = name.casefold()
    if (plain.removesuffix(".gz") if gzipped else plain).endswith(_DATA):
        return None
    if plain.endswith(_PACKED):
        return "it is packed, and what is packed inside of something else is not opened; hand it in by itself"
    return f"its suffix is none of {', '.join(_DATA)}; to read it all the same, name its path in a list"


def printable(name: str) -> str:
    """Return the name of a file as messages show it: control characters escaped, and cut where it is long."""
    return name if name.isprintable() and len(name) <= _LONGEST_NAME else shown(name)


def limit_files(whole: str, count: int, limits: Limits) -> None:
    """Refuse too many files.

    Raises:
        ImportRejected: they are more than the limit (code "too_large").
    """
    if count > limits.files:
        reason = (
            f"it has {count:,} files, more than {limits.files:,}; "
            f"read fewer, or raise the limit: limits=Limits(files={count})"
        )
        raise ImportRejected.of(reason, file=whole, code="too_large")


def limit_bytes(whole: str, size: int, limits: Limits) -> None:
    """Refuse files with too many bytes together.

    Raises:
        ImportRejected: they are more than the limit (code "too_large").
    """
    if size > limits.bytes:
        reason = (
            f"its files have more than {limits.bytes:,} bytes together; "
            "read fewer, or raise the limit if you have the memory: limits=Limits(bytes=...)"
        )
        raise ImportRejected.of(reason, file=whole, code="too_large")


def limit_ratio(whole: str, size: int, packed: int, limits: Limits) -> None:
    """Refuse an archive that unpacks to far more than itself.

    Raises:
        ImportRejected: it is more often its own size than the limit says (code "too_large").
    """
    if size > limits.ratio * packed:
        reason = (
            f"it unpacks to more than {limits.ratio:,} times its size, as archives do that are made to fill a memory; "
            "if you trust it, raise the limit: limits=Limits(ratio=...)"
        )
        raise ImportRejected.of(reason, file=whole, code="too_large")
