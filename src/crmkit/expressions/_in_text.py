"""A question as a sentence."""

from __future__ import annotations

import re
import typing
from datetime import timedelta

from crmkit.expressions._nodes import (
    And,
    Compare,
    Constant,
    During,
    Has,
    In,
    Leaf,
    Literal,
    Match,
    Missing,
    Node,
    Not,
    Operand,
    Or,
    Relative,
)

__all__ = ["span_in_units", "text_of"]

_PLAIN_WORD = re.compile(r"[^\W\d]\w*(-\w+)*", re.ASCII)
_PLAIN_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_GRAMMAR = frozenset(
    {
        "always",
        "and",
        "any",
        "all",
        "contains",
        "does",
        "ends",
        "false",
        "field",
        "has",
        "in",
        "is",
        "lower",
        "missing",
        "never",
        "not",
        "or",
        "present",
        "starts",
        "the",
        "true",
        "with",
        "within",
    }
)
_UNITS = (("weeks", timedelta(weeks=1)), ("days", timedelta(days=1)), ("hours", timedelta(hours=1)))


def text_of(node: Node) -> str:
    """Return the sentence: "country in (DE, AT) and employees >= 50 and email is present"."""
    match node:
        case Constant(value=value):
            return "always" if value else "never"
        case And(parts=parts):
            return " and ".join(_inside(part) for part in parts)
        case Or(parts=parts):
            return " or ".join(_inside(part) for part in parts)
        case Not(part=part):
            if isinstance(part, And | Or | Not | Constant):
                return f"not ({text_of(part)})"
            return _leaf(part, negated=True)
        case _:
            return _leaf(node, negated=False)


def span_in_units(span: timedelta) -> tuple[int, str]:
    """Return a span as a whole number of the largest unit that divides it: days, hours or minutes."""
    for unit, size in _UNITS[1:]:
        if not span % size:
            return span // size, unit
    return span // timedelta(minutes=1), "minutes"


def _inside(part: Node) -> str:
    return f"({text_of(part)})" if isinstance(part, And | Or) else text_of(part)


def _leaf(leaf: Leaf, *, negated: bool) -> str:
    no = "not " if negated else ""
    match leaf:
        case Compare(op=op, left=left, right=right):
            if negated and op != "==":
                return f"not ({_operand(left)} {op} {_right(right)})"
            return f"{_operand(left)} {'!=' if negated else op} {_right(right)}"
        case In(operand=operand, values=values):
            return f"{_operand(operand)} {no}in ({', '.join(_literal(value) for value in values)})"
        case Match(how=how, operand=operand, text=text):
            verb = {"contains": "contain", "startswith": "start with", "endswith": "end with"}[how]
            first, _, rest = verb.partition(" ")
            verb = f"does not {verb}" if negated else f"{first}s {rest}".rstrip()
            return f"{_operand(operand)} {verb} {_word(text)}"
        case Missing(path=path):
            return f"{_path(path)} is {'present' if negated else 'missing'}"
        case Has(path=path, values=values, every=every):
            listed = ", ".join(_word(value) for value in values)
            verb = "does not have" if negated else "has"
            if len(values) == 1:
                return f"{_path(path)} {verb} {listed}"
            return f"{_path(path)} {verb} {'all' if every else 'any'} of ({listed})"
        case Relative(path=path, direction=direction, span=span):
            count, unit = span_in_units(span)
            length = unit[:-1] if count == 1 else f"{count} {unit}"
            return f"{_path(path)} is {no}within the {'last' if direction == 'past' else 'next'} {length}"
        case During():
            return f"{_path(leaf.path)} is {no}in {_period(leaf)}"
        case _:
            typing.assert_never(leaf)


def _period(leaf: During) -> str:
    if leaf.offset == 0:
        text = f"the current {leaf.every}"
    elif abs(leaf.offset) == 1:
        text = f"the {'next' if leaf.offset > 0 else 'previous'} {leaf.every}"
    else:
        text = f"the {leaf.every} {abs(leaf.offset)} {leaf.every}s {'ahead' if leaf.offset > 0 else 'back'}"
    if leaf.fiscal_year_start != 1:
        text += f" of a year that starts in month {leaf.fiscal_year_start}"
    return text if leaf.timezone == "UTC" else f"{text} ({leaf.timezone})"


def _right(right: Operand | Literal) -> str:
    return _literal(right) if isinstance(right, Literal) else f"field {_operand(right)}"


def _operand(operand: Operand) -> str:
    return f"lower({_path(operand.path)})" if operand.lower else _path(operand.path)


def _path(path: str) -> str:
    return path if _PLAIN_PATH.fullmatch(path) and path not in _GRAMMAR else f"[{path!r}]"


def _literal(literal: Literal) -> str:
    match literal.kind:
        case "text":
            return _word(str(literal.value))
        case "flag":
            return "true" if literal.value else "false"
        case "instant":
            return str(literal.value).replace(" ", "T").replace("+00:00", "Z")
        case _:
            return str(literal.value)


def _word(text: str) -> str:
    """Bare where nothing in it can be misread; else quoted, with what cannot be seen escaped."""
    return text if _PLAIN_WORD.fullmatch(text) and text.lower() not in _GRAMMAR else repr(text)
