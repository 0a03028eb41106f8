"""The files of a directory, of a zip archive or of a list of paths."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from crmkit.errors import ImportRejected, InvalidArgument, shown
from crmkit.io._files import Source, source_of
from crmkit.io._several._archive import files_of_archive
from crmkit.io._several._found import Found, Limits, limit_bytes, limit_files, name_to_skip, printable

__all__ = ["Paths", "files_in"]

Paths: TypeAlias = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


@contextmanager
def files_in(source: Paths, limits: Limits) -> Iterator[Found]:
    """Look into a directory, an archive or a list of paths; an archive is open as long as this lasts.

    Args:
        source: the path of a directory or of a zip archive, or the paths of some files.
        limits: how much may be in it.

    Raises:
        ImportRejected: it is none of these, is damaged, or holds more than the limits allow (code "too_large"). That
            may turn out only when its files are opened.
        InvalidArgument: another type, or a path that is named twice.
    """
    if not isinstance(source, str | os.PathLike):
        yield _of_list(source, limits)
        return
    path = Path(source)
    entries = _entries(path)
    if entries is not None:
        yield _of_directory(path, entries, limits)
        return
    with files_of_archive(source_of(path), limits) as found:
        yield found


def _entries(directory: Path) -> list[Path] | None:
    """Return what is in a directory; None where it is none, or is not there."""
    try:
        return sorted(directory.iterdir(), key=lambda path: path.name)
    except PermissionError as fault:
        reason = f"the directory cannot be read: {fault.strerror}"
        raise ImportRejected.of(reason, file=str(directory), code="no_such_file") from None
    except (OSError, ValueError):
        return None


def _of_list(paths: object, limits: Limits) -> Found:
    listed: list[Any] = list(paths) if isinstance(paths, Iterable) else [paths]
    for path in listed:
        if not isinstance(path, str | os.PathLike):
            reason = f"{shown(path)} is no path; read_all takes a directory, a zip archive or a list of paths"
            raise InvalidArgument(reason, argument="source", value=path)
    last_parts = [Path(path).name or str(path) for path in listed]
    names = [
        printable(str(path) if last_parts.count(last) > 1 else last)
        for path, last in zip(listed, last_parts, strict=True)
    ]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InvalidArgument(f"{twice} is named twice; name each file once", argument="source", value=twice)
    return _of_paths(dict(zip(names, listed, strict=True)), {}, "the list", limits)


def _of_directory(directory: Path, entries: list[Path], limits: Limits) -> Found:
    paths, skipped = {}, {}
    root = directory.resolve()
    for path in entries:
        reason = _kind_to_skip(path, root) or name_to_skip(path.name, gzipped=True)
        if reason is None:
            paths[printable(path.name)] = path
        else:
            skipped[printable(path.name)] = reason
    return _of_paths(paths, skipped, root.name or str(root), limits)


def _of_paths(
    paths: Mapping[str, str | os.PathLike[str]], skipped: Mapping[str, str], whole: str, limits: Limits
) -> Found:
    limit_files(whole, len(paths), limits)
    sources, refused = {}, {}
    for name, path in paths.items():
        try:
            sources[name] = attrs.evolve(source_of(path), name=name)
        except ImportRejected as fault:
            refused[name] = fault
    size = sum(source.size for source in sources.values())
    limit_bytes(whole, size, limits)
    return Found({name: partial(_itself, source) for name, source in sources.items()}, refused, skipped, size)


def _itself(source: Source) -> Source:
    return source


def _kind_to_skip(path: Path, root: Path) -> str | None:
    try:
        real = path.resolve()
        mode = real.stat().st_mode
    except (OSError, RuntimeError):  # a link that leads to itself
        return "it cannot be looked at, or is a link that leads nowhere"
    if not real.is_relative_to(root):
        return "it is a link that leads out of the directory"
    if stat.S_ISDIR(mode):
        return "it is a directory, and only the files of one directory are read"
    return None if stat.S_ISREG(mode) else "it is no file with bytes to read"
