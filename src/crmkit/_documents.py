"""Versioned JSON documents: the one way in which anything of crmkit is written down and read again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from crmkit.errors import InvalidDocument, shown

__all__ = ["dump", "load"]


def dump(kind: str, body: Mapping[str, Any], *, version: int = 1) -> str:
    """Write `body` as a document of this kind and format version; equal bodies give equal bytes."""
    document = {"format": f"crmkit.{kind}", "version": version, **body}
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def load(kind: str, text: str, *, version: int = 1) -> dict[str, Any]:
    """Read the body of a document of this kind.

    Raises:
        InvalidDocument: not JSON, another kind, a newer version, a key that stands twice, NaN or infinity.
    """
    name = f"crmkit.{kind}"

    def refuse(reason: str) -> NoReturn:
        raise InvalidDocument(f"not a {name} document: {reason}", document=name)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        twice = next((key for key in keys if keys.count(key) > 1), None) if len(set(keys)) < len(keys) else None
        return refuse(f"the key {shown(twice)} stands twice") if twice is not None else dict(pairs)

    try:
        document = json.loads(
            text, object_pairs_hook=unique, parse_constant=lambda word: refuse(f"{word} is not a number")
        )
    except (json.JSONDecodeError, RecursionError, TypeError) as fault:
        refuse(str(fault) or "nested too deeply")
    except ValueError as fault:
        if isinstance(fault, InvalidDocument):
            raise
        refuse(str(fault))
    if not isinstance(document, dict):
        refuse(f"expected an object, found {shown(document)}")
    if document.pop("format", None) != name:
        refuse("its 'format' says otherwise")
    if (found := document.pop("version", None)) != version or isinstance(found, bool):
        refuse(f"its version is {shown(found)}, this crmkit reads {version}")
    return document
