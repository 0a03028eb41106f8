"""How large a question may be, whether Python or JSON builds it, and which names and texts it may hold."""

from __future__ import annotations

from crmkit.errors import InvalidExpression, shown

__all__ = [
    "EXACT_IN_FLOAT",
    "MAX_DEPTH",
    "MAX_DIGITS",
    "MAX_NODES",
    "MAX_PATH",
    "MAX_TEXT",
    "checked_path",
    "checked_size",
    "checked_text",
]

MAX_DEPTH = 64
MAX_NODES = 10_000  # nodes and literals together
MAX_TEXT = 10_000  # characters of one text literal
MAX_PATH = 255  # characters of one field path
MAX_DIGITS = 38  # of an integer literal: what a 128-bit column can hold
EXACT_IN_FLOAT = 2**53  # the last of the integers that float64 holds without a gap


def checked_path(path: object) -> str:
    """Return the path of a field, if it is one.

    Raises:
        InvalidExpression: not text, too long, an empty part, or a part that begins with an underscore.
    """
    if not isinstance(path, str):
        raise InvalidExpression(f"a field is named by text, not by {shown(path)}", code="invalid_name", value=path)
    path = str.__str__(path)
    if len(path) > MAX_PATH:
        raise InvalidExpression(
            f"a field's path has at most {MAX_PATH} characters, {shown(path)} has {len(path)}",
            code="too_large",
            field=path,
        )
    if any(part == "" or part.startswith("_") for part in path.split(".")):
        raise InvalidExpression(
            f"{shown(path)} names no field: its parts must not be empty nor begin with '_'",
            code="invalid_name",
            field=path,
        )
    return _without_surrogates(path)


def checked_text(text: str) -> str:
    """Return a text literal, if it is not too long and can be written as UTF-8."""
    if len(text) > MAX_TEXT:
        raise InvalidExpression(
            f"a text in an expression has at most {MAX_TEXT} characters, this one has {len(text)}: {shown(text)}",
            code="too_large",
            value=text,
        )
    return _without_surrogates(text)


def checked_size(depth: int, size: int) -> None:
    """Refuse an expression that is nested too deeply or has too many parts."""
    if depth > MAX_DEPTH:
        raise InvalidExpression(f"an expression is nested at most {MAX_DEPTH} deep", code="too_large")
    if size > MAX_NODES:
        raise InvalidExpression(f"an expression has at most {MAX_NODES} nodes and literals", code="too_large")


def _without_surrogates(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidExpression(
            f"{shown(text)} holds half a character (a lone surrogate), which no file or database can store",
            code="invalid_text",
            value=text,
        ) from None
    return text
