"""A file that appears whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from crmkit.errors import CrmError

__all__ = ["replacing"]


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a stream whose bytes become the file at a path when all of them are written, and nothing before.

    Args:
        path: of the file, which may be there already. A link is followed.

    Raises:
        CrmError: the file cannot be written (code "cannot_write").
    """
    try:
        target = Path(os.path.realpath(path))
        part = target.with_name(f".{target.name[:100]}.{uuid4().hex}.part")
        if target.exists() and not target.is_file():
            raise OSError(0, "it is there and is no file")
        stream = part.open("xb")
    except (OSError, ValueError) as fault:
        raise _refusal(path, fault) from fault
    try:
        with stream:
            yield stream
        part.replace(target)
    except OSError as fault:
        raise _refusal(path, fault) from fault
    finally:
        with suppress(OSError):
            part.unlink()


def _refusal(path: Path, fault: OSError | ValueError) -> CrmError:
    reason = getattr(fault, "strerror", None) or fault
    return CrmError(f"cannot write {path}: {reason}", code="cannot_write", file=str(path))
