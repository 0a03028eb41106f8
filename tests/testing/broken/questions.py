"""Stores that answer questions by rules of their own."""

from datetime import UTC, datetime

from crmkit.expressions import NEVER, Expression, all_of, field
from tests.testing.broken.wrapped import Wrapped, rewritten


class LessOrEqual(Wrapped):
    """Takes < for <=."""

    finds = (
        "test_texts_are_compared_by_code_point",
        "test_ids_and_references_are_compared_as_texts",
        "test_choices_are_compared_as_texts",
        "test_whole_numbers_are_compared_exactly",
        "test_numbers_are_compared_as_doubles",
        "test_amounts_are_compared_by_their_nearest_doubles",
        "test_instants_are_compared",
        "test_dates_are_compared",
        "test_two_fields_are_compared",
        "test_declared_custom_fields_are_asked_like_others",
    )

    def asked(self, where):
        return rewritten(where, ('"<":', '"<=":'))


class Wildcards(Wrapped):
    """Takes % for anything."""

    finds = ("test_texts_are_searched_literally", "test_text_from_outside_is_a_value_and_never_code")

    def asked(self, where):
        return rewritten(where, ('},"%', '},"'), ("%s", "s"), ("%'", "'"))


class LowersAscii(Wrapped):
    """Lowers what is asked only where it is ASCII."""

    finds = ("test_texts_in_lowercase_are_compared_as_python_writes_them_or_refused",)

    def asked(self, where):
        return rewritten(where, ("\\u00e9", "\\u00c9"), ("é", "É"), ('"ss"', '"SS"'), (',"lower":true', ""))


class TakesTrueForFalse(Wrapped):
    finds = ("test_flags_are_asked",)

    def asked(self, where):
        return rewritten(where, ('"flag":true', '"flag":false'))


class TakesAllForAny(Wrapped):
    finds = ("test_tags_are_asked",)

    def asked(self, where):
        return rewritten(where, ('"has_any":', '"has_all":'))


class TakesOrForAnd(Wrapped):
    finds = ("test_questions_are_joined_by_and_or_and_not",)

    def asked(self, where):
        return rewritten(where, ('"or":', '"and":'))


class ThreeValued(Wrapped):
    """Has no answer about what is missing, neither yes nor no, as SQL."""

    finds = ("test_not_equal_includes_the_missing",)

    def asked(self, where):
        if not isinstance(where, Expression) or "missing" in where.to_json() or '"not"' not in where.to_json():
            return where
        return all_of(where, *(field(path).present() for path in where.fields))


class MissingIsLittle(Wrapped):
    """Takes what is missing for the least there is."""

    finds = ("test_a_comparison_with_what_is_missing_is_false",)

    def count(self, records, where, as_of):
        less = '"<":' in where.to_json()
        return records.count(where | field(min(where.fields)).missing() if less else where, as_of=as_of)


class NothingIsMissing(Wrapped):
    finds = ("test_what_is_missing_is_asked_for",)

    def asked(self, where):
        return NEVER if isinstance(where, Expression) and where.to_json().count('"missing"') == 1 else where


class EmptyIsMissing(Wrapped):
    """Takes an empty text for one that is missing, as Oracle does."""

    finds = ("test_an_empty_text_is_not_missing",)

    def asked(self, where):
        return NEVER if '"text":""' in getattr(where, "to_json", str)() else where


class ReadsTheClock(Wrapped):
    """Counts from a moment of its own."""

    finds = ("test_relative_questions_count_from_as_of", "test_relative_questions_without_as_of_are_refused")

    def find(self, records, where, *, as_of=None, **options):
        return records.find(where, as_of=datetime(2017, 3, 1, tzinfo=UTC), **options)

    def count(self, records, where, as_of):
        return records.count(where, as_of=datetime(2017, 3, 1, tzinfo=UTC))


class CutsAtNul(Wrapped):
    finds = ("test_nothing_is_found_by_a_text_with_NUL",)

    def asked(self, where):
        return rewritten(where, ("\\u0000", ""))


class NoCustomFields(Wrapped):
    finds = ("test_a_store_says_which_custom_fields_it_has",)
    custom = None


class MissesTheCustom(Wrapped):
    """Reads a record without its custom values."""

    finds = (
        "test_custom_values_come_back_as_they_were_and_of_their_kind",
        "test_custom_values_of_one_record_are_not_those_of_another",
    )

    def seen(self, record):
        from crmkit.records import evolve

        return evolve(record, custom={})
