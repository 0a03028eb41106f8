"""What cells may look like: dates, numbers, e-mail addresses, codes of currencies."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from functools import cache
from types import MappingProxyType

import attrs

from crmkit.io._files import header_key
from crmkit.io._names import FLAGS, LOST, STATUS, TRUTHS, WON, choice_words
from crmkit.io._notation import is_date_shaped, is_number_shaped
from crmkit.records import CURRENCIES, RECORDS, FieldSpec, fields_of

__all__ = ["AS_A_RULE", "CLOSINGS", "STATUSES", "TELLING", "TEXTS", "Shape", "end_of", "shape_of"]

_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
# A date and nothing else: numbers of orders and of people look like dates, too.
_A_DATE = re.compile(
    r"(?:(?:19|20)[0-9]{2}([-/.])[0-9]{1,2}\1[0-9]{1,2}|[0-9]{1,2}([-/.])[0-9]{1,2}\2(?:19|20)[0-9]{2})(?:[T ,].*)?"
)
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
_PAGE = re.compile(r"(?:https?://|www\.)\S+\.\S+", re.IGNORECASE)
_SITE = re.compile(r"(?:https?://)?(?:[^\W_][\w-]*\.)+[^\W\d_]{2,}(?:[/?#]\S*)?", re.IGNORECASE)
_NO_PHONE = re.compile(r"[^\W\d_]{6}|@")
_DIGITS_OF_A_PHONE = 5
_LONGEST = 200  # characters of what is looked at by a pattern
_SHORT_WORD = 2  # "No" may be Norway
_CODES = frozenset(CURRENCIES) - {"ALL", "TOP"}  # those are words, too


@attrs.frozen
class Shape:
    """What cells may look like.

    Args:
        name: of the shape.
        fits: whether a text looks so.
        what: what such cells are, in words.
    """

    name: str
    fits: Callable[[str], bool]
    what: str


def _is_date(text: str) -> bool:
    return is_date_shaped(text) or _YEAR.search(text) is not None


def _is_flag(text: str) -> bool:
    return header_key(text) in FLAGS


def _is_text(text: str) -> bool:
    key = header_key(text)
    return _A_DATE.fullmatch(text.strip()) is None and not (key in TRUTHS and len(key) > _SHORT_WORD)


def _is_phone(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= _DIGITS_OF_A_PHONE and _NO_PHONE.search(text) is None


def end_of(stage: str) -> str | None:
    """Return "won" or "lost" for the name of a stage that closes a deal: "6 - Closed Won"."""
    key = re.sub("[0-9]", "", header_key(stage))
    return "won" if key in WON else "lost" if key in LOST else None


def _matching(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: len(text) <= _LONGEST and pattern.fullmatch(text.strip()) is not None


TEXTS = Shape("text", _is_text, "neither dates nor true or false")
STATUSES = Shape("status", lambda text: header_key(text) in STATUS, "open, won or lost")
CLOSINGS = Shape("closing", lambda text: end_of(text) is not None, "won or lost")

_DATES = Shape("date", _is_date, "dates")
_NUMBERS = Shape("number", is_number_shaped, "numbers")
_OF_KIND: Mapping[str, Shape] = MappingProxyType(
    {
        **dict.fromkeys(("instant", "date"), _DATES),
        **dict.fromkeys(("money", "number", "integer"), _NUMBERS),
        **dict.fromkeys(("text", "id", "tags"), TEXTS),
        "flag": Shape("flag", _is_flag, "true or false"),
    }
)
_EMAILS = Shape("email", _matching(_EMAIL), "e-mail addresses")

# What the texts of a field look like as a rule; others make the field less likely, and no more than that.
AS_A_RULE: Mapping[str, Shape] = MappingProxyType(
    {
        "email": _EMAILS,
        "website": Shape("site", _matching(_SITE), "addresses of sites"),
        "domain": Shape("domain", _matching(_SITE), "domains"),
        "phone": Shape("phone", _is_phone, "phone numbers"),
    }
)

# By these a column is a field whatever its header says.
TELLING: Mapping[str, Shape] = MappingProxyType(
    {
        "email": _EMAILS,
        "website": Shape("page", _matching(_PAGE), "addresses of pages"),
        "currency": Shape("code", lambda text: text.strip() in _CODES, "codes of currencies"),
    }
)


def shape_of(spec: FieldSpec, record: str | None, header: str) -> Shape:
    """Return what cells look like that hold a field.

    Args:
        spec: the field.
        record: the kind of record whose field it is; None for any that has such a field.
        header: of the column.
    """
    if spec.kind != "choice":
        return _OF_KIND[spec.kind]
    records = [record] if record else [kind for kind, cls in RECORDS.items() if fields_of(cls).get(spec.name) == spec]
    known: list[Container[str]] = [choice_words(kind, spec.name, header) for kind in records]
    known.append(_own(spec))
    name = f"{spec.name} of {record}"
    return Shape(name, lambda text: any(header_key(text) in words for words in known), "values that it may have")


@cache
def _own(spec: FieldSpec) -> frozenset[str]:
    return frozenset(header_key(choice) for choice in spec.choices or ())
