"""Whether a question can be asked in a place, found out before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crmkit.errors import InvalidExpression, UnknownField, did_you_mean, nearest, shown
from crmkit.expressions._kinds import FAMILIES, Family, prove
from crmkit.expressions._leaves import leaves_of, paths_of
from crmkit.expressions._nodes import Compare, In, Leaf, Literal, Node

__all__ = ["check"]


def check(node: Node, place: Any, custom: Any) -> None:
    """Refuse a question that a record class, or a mapping of names to kinds, cannot answer.

    Raises:
        UnknownField: names the near miss.
        InvalidExpression: names the field and both kinds, or the choices.
    """
    for leaf in leaves_of(node):
        specs = {path: _spec(place, path, path, custom) for path in paths_of(leaf)}
        prove(leaf, lambda path, specs=specs: _family(specs[path], path))  # type: ignore[misc]
        _prove_choices(leaf, specs)


def _spec(place: Any, name: str, path: str, custom: Any) -> Any:
    """Find what is declared of a field, following references: company.employees is in the class of company_id."""
    fields = _fields(place, custom)
    if name in fields:
        return fields[name]
    head, _, rest = name.partition(".")
    target = getattr(fields.get(f"{head}_id"), "target", None)
    if rest and target is not None:
        return _spec(target, rest, path, custom)
    where = f"a {place.__name__}" if isinstance(place, type) else "this place"
    references = [key.removesuffix("_id") for key, spec in fields.items() if getattr(spec, "target", None) is not None]
    raise UnknownField.of(*((head, references) if rest and references else (name, fields)), place=where)


def _fields(place: Any, custom: Any) -> Mapping[str, Any]:
    fields = place if isinstance(place, Mapping) else getattr(place, "__fields__", None)
    if not isinstance(fields, Mapping):
        raise InvalidExpression(
            f"a question is checked against a record class or a mapping of names to kinds, not {shown(place)}",
            code="invalid_place",
            value=place,
        )
    return {**fields, **custom.of(place)} if custom is not None and isinstance(place, type) else fields


def _family(spec: Any, path: str) -> Family:
    kind = getattr(spec, "kind", spec)
    if not isinstance(kind, str) or kind not in FAMILIES:
        raise InvalidExpression(
            f"field {path!r} is declared to be {shown(kind)}, which is no kind{did_you_mean(str(kind), FAMILIES)}",
            code="invalid_place",
            field=path,
            value=kind,
        )
    return FAMILIES[kind]


def _prove_choices(leaf: Leaf, specs: Mapping[str, Any]) -> None:
    match leaf:
        case Compare(op="==", left=operand, right=Literal() as literal):
            asked = [literal.value]
        case In(operand=operand, values=values):
            asked = [value.value for value in values]
        case _:
            return
    choices = getattr(specs[operand.path], "choices", None) or ()
    known = {choice.lower() if operand.lower else choice for choice in choices}
    for value in asked:
        if choices and value not in known:
            raise InvalidExpression(
                f"field {operand.path!r} is never {shown(value)}{did_you_mean(str(value), choices)}",
                code="unknown_choice",
                field=operand.path,
                value=value,
                known=tuple(choices),
                suggestion=nearest(str(value), choices),
            )
