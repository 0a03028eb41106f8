"""Why the answer is what it is: the tree of a question with the outcome of every part."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import Factory, frozen

from crmkit.errors import shown
from crmkit.expressions._in_text import text_of
from crmkit.expressions._leaves import paths_of
from crmkit.expressions._nodes import (
    And,
    Compare,
    Constant,
    During,
    Has,
    In,
    Leaf,
    Match,
    Missing,
    Node,
    Not,
    Or,
    Relative,
)
from crmkit.expressions._on_record import compile_for, names_in
from crmkit.expressions._reading import is_private, reading

__all__ = ["Explanation", "explain"]

_COMPARISONS = {"==": "equal", "<": "less", "<=": "at_most", ">": "greater", ">=": "at_least"}


@frozen
class Explanation:
    """One part of a question and its outcome. Prints as an indented tree.

    Args:
        code: the kind of question, stable: "all", "any", "not", "equal", "missing"...
        text: the question as a sentence.
        outcome: the answer.
        seen: what the fields held that a leaf read, by name; a personal value is "***".
        parts: the explanations of the parts it is made of.
    """

    code: str
    text: str
    outcome: bool
    seen: Mapping[str, object] = Factory(dict)
    parts: tuple[Explanation, ...] = ()

    def __str__(self) -> str:
        return "\n".join(self._lines(0))

    def _lines(self, level: int) -> list[str]:
        held = ", ".join(f"{path} is {'***' if value == '***' else shown(value)}" for path, value in self.seen.items())
        line = f"{'  ' * level}{'yes' if self.outcome else 'no '}  {self.text}{f'  [{held}]' if held else ''}"
        return [line, *(text for part in self.parts for text in part._lines(level + 1))]


def explain(node: Node, thing: Any, names: Mapping[str, str], as_of: datetime | None) -> Explanation:
    """Explain the answer for one object; every part is asked, also where the outcome no longer hangs on it."""
    match node:
        case Constant(value=value):
            return Explanation("constant", text_of(node), value)
        case And(parts=parts):
            told = tuple(explain(part, thing, names, as_of) for part in parts)
            return Explanation("all", "all of", all(part.outcome for part in told), parts=told)
        case Or(parts=parts):
            told = tuple(explain(part, thing, names, as_of) for part in parts)
            return Explanation("any", "any of", any(part.outcome for part in told), parts=told)
        case Not(part=part):
            if not isinstance(part, And | Or | Not | Constant):
                return _leaf(part, node, thing, names, as_of)
            inner = explain(part, thing, names, as_of)
            return Explanation("not", "not", not inner.outcome, parts=(inner,))
        case _:
            return _leaf(node, node, thing, names, as_of)


def _leaf(leaf: Leaf, node: Node, thing: Any, names: Mapping[str, str], as_of: datetime | None) -> Explanation:
    code = _code(leaf) if node is leaf else f"not_{_code(leaf)}"
    seen = {path: _value(thing, names_in(names, path)) for path in paths_of(leaf)}
    return Explanation(code, text_of(node), compile_for(node, type(thing), names)(thing, as_of), seen)


def _value(thing: Any, name: str) -> object:
    value = reading(type(thing), name)(thing)
    return "***" if value is not None and is_private(type(thing), name) else value


def _code(leaf: Leaf) -> str:
    match leaf:
        case Compare(op=op):
            return _COMPARISONS[op]
        case In():
            return "in"
        case Match(how=how):
            return how
        case Missing():
            return "missing"
        case Has(every=every):
            return "has_all" if every else "has_any"
        case Relative(direction=direction):
            return "within" if direction == "past" else "next"
        case During():
            return "during"
        case _:
            typing.assert_never(leaf)
