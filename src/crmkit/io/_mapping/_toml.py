"""TOML documents: a mapping written as one, and what is read from one."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections import abc
from pathlib import Path
from typing import Any

from crmkit.errors import ImportRejected

__all__ = ["loaded", "quotes_hint", "text_at", "written"]

_DEEPEST = 300  # parts of a dotted key; reading them takes the square of their number

_SHOWN_EMPTY = ("columns", "stages", "entered")  # an empty section says that there is none; without it, it is guessed


def written(parts: abc.Mapping[str, Any]) -> str:
    """Write settings and sections as TOML: what is None says nothing and is left out.

    Args:
        parts: texts, flags, lists of texts; sections of these; sections of sections.
    """
    lines: list[str] = []
    sections: list[str] = []
    for name, part in parts.items():
        if isinstance(part, abc.Mapping):
            nested = {key: value for key, value in part.items() if isinstance(value, abc.Mapping)}
            plain = {key: value for key, value in part.items() if value is not None and key not in nested}
            if plain or (not nested and name in _SHOWN_EMPTY):
                sections += ["", f"[{name}]", *_lines(plain)]
            for key, value in nested.items():
                sections += ["", f"[{name}.{_key(key)}]", *_lines(value)]
        elif part is not None:
            lines += _lines({name: part})
    return "\n".join(lines + sections) + "\n"


def text_at(path: str | os.PathLike[str], what: str, *, code: str) -> str:
    """Return the text of a TOML document.

    Args:
        path: where it is.
        what: the word for it in the message.
        code: of the error.

    Raises:
        ImportRejected: it cannot be read.
    """
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as fault:
        raise ImportRejected.of(f"the {what} cannot be read: {fault}", file=str(path), code=code) from None


def loaded(text: str) -> dict[str, Any]:
    """Read the text of a TOML document.

    Raises:
        ValueError: it is none, or is nested too deeply.
    """
    try:
        if any(map(_is_deep, text.splitlines())):
            raise RecursionError
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _is_deep(line: str) -> bool:
    if line.count(".") <= _DEEPEST:
        return False
    bare = re.split("[=\"']", line)  # what stands outside of quotation marks, or within them
    return max(part.count(".") for part in bare) > _DEEPEST or sum(part.strip() == "." for part in bare) > _DEEPEST


def quotes_hint(text: str, fault: str) -> str:
    """End a message about TOML that cannot be read: a text without its quotes is what is wrong most often."""
    found = re.search(r"at line (\d+)", fault)
    line = text.split("\n")[int(found[1]) - 1] if found else ""
    bare = re.fullmatch(r"([\w-]+)\s*=\s*([^\W\d][^\"'#]*)", line.strip())
    return f'; texts stand in quotes: {bare[1]} = "{bare[2]}"' if bare else ""


def _lines(section: abc.Mapping[str, Any]) -> list[str]:
    return [f"{_key(key)} = {_value(value)}" for key, value in section.items()]


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _key(key: str) -> str:
    return key if key.isidentifier() and key.isascii() else _text(key)


def _value(value: str | bool | tuple[str, ...]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value) if isinstance(value, str) else f"[{', '.join(_text(text) for text in value)}]"
