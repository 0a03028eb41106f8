"""The files of a zip archive. Nothing is unpacked to the disk, and what an archive says of itself is not trusted."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from typing import BinaryIO

from crmkit.errors import ImportRejected
from crmkit.io._files import Source
from crmkit.io._several._found import Found, Limits, limit_bytes, limit_files, limit_ratio, name_to_skip, printable

__all__ = ["files_of_archive"]

_BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # of the others zipfile unpacks a whole block at a time
_ENCRYPTED = 0x1
_MAGIC = b"PK"
_OF_WORKBOOKS = "[Content_Types].xml"
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, OverflowError)


@contextmanager
def files_of_archive(source: Source, limits: Limits) -> Iterator[Found]:
    """Look into a zip archive, which is open as long as this lasts.

    Args:
        source: the archive.
        limits: how much may be in it.

    Raises:
        ImportRejected: it cannot be read (code "no_such_file"), is no zip archive (code "not_an_archive"), is damaged,
            or holds more than the limits allow (code "too_large"); that may turn out only when its files are opened.
    """
    with source.open() as stream, _opened(source.name, stream) as archive:
        yield _found(archive, source, limits)


def _opened(name: str, stream: BinaryIO) -> zipfile.ZipFile:
    try:
        magic = stream.read(len(_MAGIC))
    except OSError as fault:
        raise ImportRejected.of(f"it cannot be read: {fault}", file=name, code="no_such_file") from None
    if magic == _MAGIC:
        try:
            archive = zipfile.ZipFile(stream)
        except _DAMAGED as fault:
            raise ImportRejected.of(f"the archive is damaged: {fault}", file=name, code="damaged") from None
        if _OF_WORKBOOKS not in archive.namelist():
            return archive
    reason = "this is neither a directory nor a zip archive; crmkit.io.read reads a single file"
    raise ImportRejected.of(reason, file=name, code="not_an_archive")


def _found(archive: zipfile.ZipFile, source: Source, limits: Limits) -> Found:
    members: dict[str, list[zipfile.ZipInfo]] = {}
    skipped = {}
    for info in archive.infolist():
        *folders, last = info.filename.replace("\\", "/").split("/")
        if folders and not last:
            continue  # a directory
        reason = "it is a hidden file" if "__MACOSX" in folders else name_to_skip(last, gzipped=False)
        if reason is None:
            members.setdefault(printable(last), []).append(info)
        else:
            skipped[printable(last)] = reason
    limit_files(source.name, len(members), limits)
    refused = {}
    for name, infos in members.items():
        if (fault := _fault_of(name, infos)) is not None:
            refused[name] = fault
    chosen = {name: members[name][0] for name in sorted(members.keys() - refused.keys())}
    size = sum(info.file_size for info in chosen.values())
    limit_bytes(source.name, size, limits)
    limit_ratio(source.name, size, source.size, limits)
    opened = {name: partial(_unpacked, archive, info, name) for name, info in chosen.items()}
    return Found(opened, refused, skipped, size)


def _fault_of(name: str, infos: list[zipfile.ZipInfo]) -> ImportRejected | None:
    if len(infos) > 1:
        reason, code = f"{len(infos)} files of the archive have this name; rename all but one", "duplicate_name"
    elif infos[0].flag_bits & _ENCRYPTED:
        reason, code = "it is encrypted; unpack the archive and read the directory", "encrypted"
    elif infos[0].compress_type not in _BOUNDED:
        reason, code = "it is packed in an unusual way; unpack the archive and read the directory", "damaged"
    else:
        return None
    return ImportRejected.of(reason, file=name, code=code)


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Source | ImportRejected:
    try:
        with archive.open(info) as stream:
            content = stream.read(info.file_size + 1)  # the limits hold for the size declared
        if len(content) != info.file_size:
            raise EOFError(f"{len(content):,} bytes where {info.file_size:,} are declared")
    except _DAMAGED as fault:
        return ImportRejected.of(f"the archive is damaged here: {fault}", file=name, code="damaged")
    return Source(name, partial(BytesIO, content), len(content))
