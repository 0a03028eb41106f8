"""Stores that sort wrongly, and those whose pages do not fit together."""

import base64
import json

from crmkit.errors import InvalidArgument, UnknownField
from crmkit.expressions import ALWAYS, NEVER
from crmkit.repositories import Page
from tests.testing.broken.wrapped import Wrapped


class Unsorted(Wrapped):
    finds = (
        "test_texts_are_in_the_order_of_their_code_points",
        "test_ids_are_in_the_order_of_their_code_points",
        "test_choices_are_in_the_order_of_their_code_points",
        "test_references_are_in_the_order_of_their_code_points",
        "test_whole_numbers_are_in_order",
        "test_numbers_are_in_order",
        "test_amounts_are_in_the_order_of_their_values",
        "test_instants_are_in_order",
        "test_dates_are_in_order",
        "test_several_fields_sort_one_after_the_other",
        "test_declared_custom_fields_are_sorted_by_like_others",
    )

    def find(self, records, where, *, order_by=(), **options):
        records.find(NEVER, order_by=order_by)
        return records.find(where, **options)


class SortsByHand(Wrapped):
    """Sorts by one field with a key of its own, and gives all on one page."""

    def find(self, records, where, *, order_by=(), limit=None, after=None, as_of=None):
        page = records.find(where, order_by=order_by, as_of=as_of)
        if not isinstance(order_by, str):
            return page
        name, down = order_by.removeprefix("-"), order_by.startswith("-")
        return Page(sorted(page, key=lambda record: self.key(getattr(record, name)), reverse=down))


class MissingFirst(SortsByHand):
    finds = ("test_what_is_missing_comes_last_in_either_direction",)

    def key(self, value):
        return (value is not None, value)


class EmptyIsMissing(SortsByHand):
    finds = ("test_empty_texts_are_not_missing_when_sorted",)

    def key(self, value):
        return (value or "") or "\U0010ffff"


class TiesDownToo(SortsByHand):
    finds = ("test_ties_are_in_the_order_of_their_ids_in_either_direction",)

    def find(self, records, where, *, order_by=(), **options):
        page = super().find(records, where, order_by=order_by, **options)
        return Page(page.records[::-1]) if str(order_by).startswith("-") else page

    def key(self, value):
        return value


class SortsByAnything(Wrapped):
    finds = (
        "test_an_unknown_field_cannot_be_sorted_by",
        "test_flags_and_tags_have_no_order",
        "test_what_is_no_order_is_refused",
    )

    def find(self, records, where, *, order_by=(), **options):
        try:
            return records.find(where, order_by=order_by, **options)
        except (UnknownField, InvalidArgument):
            return records.find(where, **options)


class NoLimit(Wrapped):
    finds = ("test_a_page_holds_no_more_than_its_limit",)

    def find(self, records, where, *, limit=None, **options):
        return records.find(where, **options)


class NeverTheLast(Wrapped):
    """Gives a cursor behind the last page too."""

    finds = ("test_the_last_page_has_no_cursor_and_every_other_has_one",)

    def find(self, records, where, *, limit=None, **options):
        page = records.find(where, limit=limit, **options)
        return Page(page.records, page.next or base64.urlsafe_b64encode(b"end").decode())


class AlwaysTheFirst(Wrapped):
    finds = (
        "test_the_page_behind_a_cursor_begins_where_the_one_before_ended",
        "test_pages_lose_no_number_that_a_double_takes_for_its_neighbour",
    )

    def find(self, records, where, *, after=None, **options):
        return records.find(where, **options)


class LosesTies(Wrapped):
    """Goes on behind every record that is equal to the last one in the first field."""

    finds = (
        "test_pages_neither_lose_nor_repeat_under_every_order",
        "test_pages_of_several_orders_at_once_neither_lose_nor_repeat",
        "test_any_question_in_any_order_is_answered_on_pages_as_by_the_records",
    )

    def find(self, records, where, *, after=None, order_by=(), **options):
        page = records.find(where, after=after, order_by=order_by, **options)
        if after is None:
            return page
        names, place = json.loads(base64.urlsafe_b64decode(after))
        name = names[0].removeprefix("-")
        known = [record for record in page if str(getattr(record, name)) != str(place[0]) or name == "id"]
        return Page(known, page.next)


class ForgetsTheQuestion(Wrapped):
    """Asks only for the first page."""

    finds = (
        "test_pages_hold_only_what_the_question_is_true_of",
        "test_pages_of_a_question_that_follows_a_reference_fit_together",
    )

    def find(self, records, where, *, after=None, **options):
        return records.find(where if after is None else ALWAYS, after=after, **options)


class LooksTheCursorUp(Wrapped):
    """Needs the record that a cursor names."""

    finds = ("test_the_next_page_does_not_need_the_record_that_its_cursor_names",)

    def find(self, records, where, *, after=None, **options):
        if after is not None:
            records.get(json.loads(base64.urlsafe_b64decode(after))[1][-1])
        return records.find(where, after=after, **options)


class CountsRecordsOff(Wrapped):
    """Its cursor is how many records came before."""

    finds = ("test_what_comes_or_goes_before_a_cursor_moves_no_later_page",)

    def find(self, records, where, *, after=None, limit=None, **options):
        begin = int(after or 0)
        found = records.find(where, **options).records[begin:]
        page = found[:limit]
        return Page(page, str(begin + len(page)) if len(page) < len(found) else None)


class TakesAnyLimit(Wrapped):
    finds = ("test_what_is_no_limit_is_refused",)

    def find(self, records, where, *, limit=None, **options):
        return Page(records.find(where, **options).records[: max(0, int(limit or 0))])


class TakesAnyCursor(Wrapped):
    finds = ("test_a_cursor_of_another_order_is_refused", "test_what_is_no_cursor_is_refused")

    def find(self, records, where, *, after=None, **options):
        try:
            return records.find(where, after=after, **options)
        except InvalidArgument:
            return records.find(where, **options)
