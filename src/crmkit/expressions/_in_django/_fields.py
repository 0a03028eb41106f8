"""What a Django model holds at a path, as far as a question is concerned."""

from __future__ import annotations

import typing
from typing import Any, Literal

from attrs import frozen
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import models

from crmkit.errors import InvalidExpression, UnknownField
from crmkit.expressions._kinds import Family

__all__ = ["Held", "find"]

Holding = Family | Literal["custom", "naive", "relation", "converted", "other"]

_CUSTOM = "custom"  # the JSONField in which bare names that are no fields are looked up
_HOLDINGS: tuple[tuple[type, Holding], ...] = (
    (models.BooleanField, "flag"),
    (models.IntegerField, "integer"),
    (models.FloatField, "number"),
    (models.DecimalField, "number"),
    (models.DateTimeField, "instant"),  # before DateField, of which Django derives it
    (models.DateField, "date"),
    (models.CharField, "text"),
    (models.TextField, "text"),
    (models.UUIDField, "text"),
    (models.FileField, "text"),
    (models.FilePathField, "text"),
    (models.JSONField, "tags"),
)
_REASONS: typing.Mapping[Holding, tuple[str, str]] = {
    "naive": (
        "naive_column",
        "holds datetimes without a time zone; set USE_TZ = True, then ask",
    ),
    "relation": (
        "unsupported_column",
        "is a relation; ask {path}_id, or a field of what it leads to: {path}.name",
    ),
    "converted": (
        "unsupported_column",
        "is converted by code of its own (from_db_value), so that only missing() and present() can be asked",
    ),
    "other": (
        "unsupported_column",
        "is of a type about which only missing() and present() can be asked",
    ),
}


@frozen
class Held:
    """What is held at a path: Django's name for it, the field, and the key where it is one value of a JSON object."""

    lookup: str
    field: Any
    holding: Holding
    key: str | None = None

    def family(self, path: str) -> Family | None:
        """Return the family; None for a custom value, of which only the question says what it should be.

        Raises:
            InvalidExpression: nothing can be asked of it, with the reason.
        """
        if self.holding in _REASONS:
            code, reason = _REASONS[self.holding]
            raise InvalidExpression(f"field {path!r} {reason.format(path=path)}", code=code, field=path)
        return None if self.holding == "custom" else typing.cast(Family, self.holding)


def find(name: str, query: Any) -> Held:
    """Return what a query's model, or an annotation of it, holds under a name.

    Raises:
        UnknownField: names the near miss.
        InvalidExpression: the path leads to many records, or too deep into JSON.
    """
    annotation = query.annotations.get(name.replace(".", "__"))
    if annotation is not None:
        return Held(name.replace(".", "__"), *_computed(annotation))
    if query.model is None:
        raise UnknownField.of(name, query.annotations, place="the query")
    return _walk(query.model, name.split("."), [], tuple(query.annotations))


def _walk(model: Any, parts: list[str], passed: list[str], annotations: tuple[str, ...]) -> Held:
    part, rest = parts[0], parts[1:]
    field = _field(model, part)
    if field is None:
        return _custom(model, part, rest, passed, annotations)
    path, lookup = ".".join([*passed, part]), "__".join([*passed, part])
    if not field.concrete or field.many_to_many:
        raise _refused(path, "is no column: it leads to many records, or stands for several columns; ask of that model")
    follows = field.is_relation and part == field.name
    if not rest:
        return Held(lookup, *((field, "relation") if follows else _stored(field)))
    if follows:
        return _walk(field.related_model, rest, [*passed, part], ())
    if not isinstance(field, models.JSONField):
        raise UnknownField.of(rest[0], (), place=f"field {path!r}, which is no relation")
    if len(rest) > 1:
        raise _refused(path, f"is JSON, of which a single key can be asked, not {'.'.join(rest)!r}")
    return _keyed(lookup, field, rest[0], path)


def _custom(model: Any, name: str, rest: list[str], passed: list[str], annotations: tuple[str, ...]) -> Held:
    field = _field(model, _CUSTOM)
    if rest or not isinstance(field, models.JSONField):
        known = [name for each in model._meta.concrete_fields for name in dict.fromkeys((each.name, each.attname))]
        raise UnknownField.of(name, [*known, *annotations], place=f"the model {model.__name__}")
    return _keyed("__".join([*passed, _CUSTOM]), field, name, name)


def _keyed(lookup: str, field: Any, key: str, path: str) -> Held:
    if "\0" in key:
        raise _refused(path, "names a value in JSON with a NUL character, at which databases end a text")
    return Held(lookup, field, "custom", key)


def _field(model: Any, name: str) -> Any:
    if name == "pk":
        return model._meta.pk
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _computed(annotation: Any) -> tuple[Any, Holding]:
    try:
        return _stored(annotation.output_field)
    except FieldError:  # Django does not know the type of it
        return None, "other"


def _stored(field: Any) -> tuple[Any, Holding]:
    """Return the field whose type a column has, and what it holds."""
    while getattr(field, "is_relation", False):
        field = field.target_field
    if type(field).__name__ == "GeneratedField":
        field = field.output_field
    if _converts(field):
        return field, "converted"
    if any(cls.__name__ == "ArrayField" for cls in type(field).__mro__):  # to import it takes psycopg
        return field, "tags" if isinstance(field.base_field, models.CharField | models.TextField) else "other"
    holding: Holding = next((holding for kind, holding in _HOLDINGS if isinstance(field, kind)), "other")
    return field, "naive" if holding == "instant" and not settings.USE_TZ else holding


def _converts(field: Any) -> bool:
    """Whether code of the field's own stands between the database's value and Python's."""
    convert = getattr(field, "from_db_value", None)
    return convert is not None and getattr(convert, "__func__", convert) is not models.JSONField.from_db_value


def _refused(path: str, reason: str) -> InvalidExpression:
    return InvalidExpression(f"field {path!r} {reason}", code="not_in_sql", field=path)
