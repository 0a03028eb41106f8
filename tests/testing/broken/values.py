"""Stores that keep something else than what they are given."""

import json
import unicodedata
from datetime import date, datetime
from decimal import Decimal

import attrs

from crmkit.errors import CrmError
from crmkit.records import Edit, evolve, fields_of
from tests.testing.broken.wrapped import Wrapped


class Distorts(Wrapped):
    """Reads each value of some kinds through a function."""

    kinds = ()

    def seen(self, record):
        specs = fields_of(type(record)).values()
        values = {
            spec.name: getattr(record, spec.name) for spec in specs if spec.kind in self.kinds and spec.name != "id"
        }
        return evolve(record, **{name: self.read(value) for name, value in values.items() if value is not None})


class SortsTags(Distorts):
    finds = ("test_tags_come_back_in_their_order_and_as_often", "test_whatever_a_record_can_hold_comes_back")
    kinds = ("tags",)

    def read(self, value):
        return tuple(sorted(set(value)))


class LosesTags(Distorts):
    finds = (
        "test_every_field_comes_back_as_it_was",
        "test_what_is_added_is_there",
        "test_what_is_edited_is_as_it_is_after",
    )
    kinds = ("tags",)

    def read(self, value):
        return ()


class NormalisesTexts(Distorts):
    finds = ("test_texts_come_back_to_the_last_character",)
    kinds = ("text",)

    def read(self, value):
        return unicodedata.normalize("NFC", value)


class CutsTexts(Distorts):
    finds = ("test_odd_texts_come_back_too",)
    kinds = ("text",)

    def read(self, value):
        return value[:255]


class RefusesLongTexts(Wrapped):
    """Refuses a value, and does not declare that it may."""

    finds = ("test_odd_texts_come_back_too", "test_whole_numbers_come_back_to_the_last_digit")

    def apply(self, change, /):
        if len(change.to_json()) > 10_000 or str(2**63 - 1) in change.to_json():
            raise CrmError("too much")
        return super().apply(change)


class EmptyBecomesMissing(Distorts):
    finds = ("test_an_empty_text_comes_back_empty_and_not_missing",)
    kinds = ("text",)

    def read(self, value):
        return value or None


class MissingBecomesEmpty(Wrapped):
    finds = ("test_what_is_missing_comes_back_missing",)

    def seen(self, record):
        texts = [name for name, spec in fields_of(type(record)).items() if spec.kind == "text" and spec.nullable]
        return evolve(record, **{name: getattr(record, name) or "" for name in texts})


class RoundsToTenths(Distorts):
    finds = ("test_amounts_come_back_to_the_cent",)
    kinds = ("money",)

    def read(self, value):
        return value if abs(value.adjusted()) > 20 else round(value, 1)


class KeepsAmountsAsFloats(Distorts):
    finds = ("test_huge_and_tiny_amounts_come_back_too", "test_amounts_keep_the_digits_they_are_written_with")
    kinds = ("money",)

    def read(self, value):
        return value if value.adjusted() > 28 else Decimal(f"{float(value):.15g}")


class KeepsIntegersAsFloats(Distorts):
    finds = ("test_whole_numbers_come_back_to_the_last_digit",)
    kinds = ("integer",)

    def read(self, value):
        return min(int(float(value)), 2**63 - 1)


class RoundsNumbers(Distorts):
    finds = ("test_numbers_come_back_to_the_last_bit",)
    kinds = ("number",)

    def read(self, value):
        return round(value, 15)


class CutsSeconds(Distorts):
    finds = ("test_instants_come_back_to_the_microsecond_and_in_utc",)
    kinds = ("instant",)

    def read(self, value):
        return value.replace(microsecond=0)


class BeginsIn1900(Distorts):
    finds = ("test_dates_come_back_from_the_first_year_to_the_last",)
    kinds = ("date",)

    def read(self, value):
        return max(value, date(1900, 1, 1))


class FirstChoice(Wrapped):
    finds = ("test_choices_come_back",)

    def seen(self, record):
        chosen = {name: spec.choices[0] for name, spec in fields_of(type(record)).items() if spec.choices}
        return evolve(record, **{name: value for name, value in chosen.items() if getattr(record, name) is not None})


class StripsIds(Wrapped):
    finds = ("test_odd_ids_come_back",)

    def seen(self, record):
        return evolve(record, id=record.id.strip() or "x")


class StripsNul(Wrapped):
    """Takes the NUL characters out of what it is given."""

    finds = ("test_texts_with_NUL_are_refused", "test_tags_and_custom_values_with_NUL_are_refused")

    def apply(self, change, /):
        edits = [Edit(edit.before, edit.after and stripped(edit.after)) for edit in change.edits]
        key = change.idempotency_key and change.idempotency_key.replace("\0", "")
        return super().apply(attrs.evolve(change, edits=edits, idempotency_key=key))


def stripped(record):
    values = {name: getattr(record, name) for name in fields_of(type(record))}
    held = {name: plain(value) for name, value in values.items()}
    return type(record)(**held, custom={name: plain(value) for name, value in record.custom.items()})


def plain(value):
    if isinstance(value, tuple):
        return tuple(plain(each) for each in value)
    return value.replace("\0", "") if isinstance(value, str) else value


class CustomAsJson(Wrapped):
    """Keeps custom values as plain JSON has them."""

    finds = ("test_custom_values_are_edited_one_by_one",)

    def seen(self, record):
        return evolve(record, custom=json.loads(json.dumps(dict(record.custom), default=_plain)))


def _plain(value):
    return value.isoformat() if isinstance(value, date | datetime) else float(value)


class ChecksNoCustomValues(Wrapped):
    finds = ("test_custom_values_that_are_not_declared_are_refused",)

    def __init__(self, custom=None, inner=None):
        super().__init__(inner=inner)
        self.declared = custom

    @property
    def custom(self):
        return self.declared


class LosesWhatItHasNot(Wrapped):
    """Drops the fields, custom values and records for which it has no place."""

    finds = (
        "test_a_field_that_is_not_kept_is_refused",
        "test_a_class_that_is_not_kept_is_refused",
        "test_a_store_without_custom_values_refuses_them",
    )
    narrow = True

    def apply(self, change, /):
        try:
            return super().apply(change)
        except CrmError:
            edits = [Edit(edit.before, evolve(edit.after, custom={})) for edit in change.edits if edit.after]
            return attrs.evolve(change, edits=edits)
