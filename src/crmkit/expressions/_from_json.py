"""Reading the grammar of `_in_json`. The tree is built by the calls that Python code makes, so the same limits hold."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NoReturn

from crmkit import _documents
from crmkit.errors import InvalidExpression, did_you_mean, nearest, shown
from crmkit.expressions._expression import ALWAYS, NEVER, Expression, all_of, any_of
from crmkit.expressions._field import Field, field
from crmkit.expressions._limits import MAX_DEPTH, MAX_DIGITS, MAX_NODES

__all__ = ["from_json"]

_COMPARISONS: Mapping[str, Callable[[Any, Any], Expression]] = {
    "==": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MATCHERS: Mapping[str, Callable[[Field, Any], Expression]] = {
    "contains": Field.contains,
    "startswith": Field.startswith,
    "endswith": Field.endswith,
}
_COLLECTIONS: Mapping[str, Callable[..., Expression]] = {"has_any": Field.has_any, "has_all": Field.has_all}
_SPANS: Mapping[str, Callable[..., Expression]] = {"within": Field.within, "next": Field.next}
_JOINTS = ("and", "or", "not", "constant")
_WORDS = (*_JOINTS, "in", "missing", "during", *_COMPARISONS, *_MATCHERS, *_COLLECTIONS, *_SPANS)
_LITERALS = ("text", "integer", "number", "flag", "instant", "date")
_INTEGER = re.compile(rf"-?[0-9]{{1,{MAX_DIGITS}}}")


def from_json(text: str) -> Expression:
    """Read a document.

    Raises:
        InvalidDocument: not JSON, or another document.
        InvalidExpression: names what is wrong, and where.
    """
    body = _documents.load("expression", text)
    _keys(body, {"where"}, set(), "the document")
    return _node(body["where"], "where", 1)


def _node(data: Any, place: str, depth: int) -> Expression:
    if depth > MAX_DEPTH:
        _refuse(place, f"nested more than {MAX_DEPTH} deep", code="too_large")
    word, given = _single(data, place, _WORDS, "a question")
    inside = f"{place}.{word}"
    match word:
        case "and" | "or":
            parts = [_node(part, f"{inside}[{i}]", depth + 1) for i, part in enumerate(_list(given, inside))]
            return _built(inside, lambda: all_of(*parts) if word == "and" else any_of(*parts))
        case "not":
            part = _node(given, inside, depth + 1)
            return _built(inside, lambda: ~part)
        case "constant":
            return ALWAYS if _of_type(given, bool, inside) else NEVER
        case _:
            return _built(inside, lambda: _leaf(word, given, inside))


def _leaf(word: str, given: Any, place: str) -> Expression:
    if word == "missing":
        return field(given).missing()
    first, second = _two(given, place)
    if word in _COMPARISONS:
        right = _field(second, place) if isinstance(second, dict) and "field" in second else _literal(second, place)
        return _COMPARISONS[word](_field(first, place), right)
    if word == "in":
        return _field(first, place).isin(*(_literal(each, place) for each in _list(second, place)))
    if word in _MATCHERS:
        return _MATCHERS[word](_field(first, place), _of_type(second, str, place))
    if word in _COLLECTIONS:
        return _COLLECTIONS[word](field(first), *(_of_type(tag, str, place) for tag in _list(second, place)))
    if word in _SPANS:
        unit, count = _single(second, place, ("days", "hours", "minutes"), "a span")
        return _SPANS[word](field(first), **{unit: count})
    _keys(second, {"every"}, {"offset", "timezone", "fiscal_year_start"}, place)
    return field(first).during(**second)


def _field(data: Any, place: str) -> Field:
    _keys(data, {"field"}, {"lower"}, place)
    asked = field(data["field"])
    return asked.lower() if _of_type(data.get("lower", False), bool, place) else asked


def _literal(data: Any, place: str) -> Any:
    kind, value = _single(data, place, _LITERALS, "a literal")
    match kind:
        case "text":
            return _of_type(value, str, place)
        case "flag":
            return _of_type(value, bool, place)
        case "integer":
            return _integer(value, place)
        case "number":
            return _number(value, place)
        case "date":
            return _parsed(date.fromisoformat, value, place)
        case _:
            return _parsed(datetime.fromisoformat, value, place)


def _integer(value: Any, place: str) -> int:
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        _refuse(place, f"an integer is expected, not {shown(value)}")
    return value


def _number(value: Any, place: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        _refuse(place, f"a number is expected, not {shown(value)}")
    try:
        return float(value)
    except OverflowError:
        _refuse(place, "a number too large for a float64")


def _parsed(parse: Callable[[str], Any], value: Any, place: str) -> Any:
    try:
        parsed = parse(_of_type(value, str, place))
        if isinstance(parsed, datetime) and parsed.utcoffset() is None:
            _refuse(place, f"{shown(value)} has no time zone")
        return parsed
    except (ValueError, OverflowError) as fault:
        if isinstance(fault, InvalidExpression):
            raise
        _refuse(place, f"{shown(value)} is not a date or time in ISO 8601")


def _built(place: str, build: Callable[[], Expression]) -> Expression:
    """Add the place to what the building calls refuse."""
    try:
        return build()
    except InvalidExpression as fault:
        if "place" in fault.facts:
            raise
        raise InvalidExpression(f"at {place}: {fault}", code=fault.code, **{**fault.facts, "place": place}) from None


def _single(data: Any, place: str, known: Any, what: str) -> tuple[str, Any]:
    if not isinstance(data, dict) or len(data) != 1:
        _refuse(place, f"{what} is an object with one key, not {shown(data)}")
    ((word, given),) = data.items()
    if word not in known:
        hint = did_you_mean(word, known) if nearest(word, known) else f"; there are: {', '.join(known)}"
        _refuse(place, f"{shown(word)} is not {what}{hint}")
    return word, given


def _two(given: Any, place: str) -> tuple[Any, Any]:
    if not isinstance(given, list) or len(given) != 2:
        _refuse(place, f"a list of two is expected, not {shown(given)}")
    return given[0], given[1]


def _list(given: Any, place: str) -> list[Any]:
    if not isinstance(given, list):
        _refuse(place, f"a list is expected, not {shown(given)}")
    if len(given) > MAX_NODES:
        _refuse(place, f"a list of more than {MAX_NODES}", code="too_large")
    return given


def _keys(data: Any, needed: set[str], allowed: set[str], place: str) -> None:
    if not isinstance(data, dict) or not needed <= set(data) <= needed | allowed:
        keys = ", ".join(sorted(needed | allowed))
        _refuse(place, f"an object with {keys} is expected, not {shown(data)}")


def _of_type(value: Any, kind: type, place: str) -> Any:
    if not isinstance(value, kind):
        _refuse(place, f"{'text' if kind is str else 'true or false'} is expected, not {shown(value)}")
    return value


def _refuse(place: str, reason: str, *, code: str = "invalid_json") -> NoReturn:
    raise InvalidExpression(f"at {place}: {reason}", code=code, place=place)
