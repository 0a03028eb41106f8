"""In which order find returns records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from crmkit.errors import CrmError, InvalidArgument, UnknownField
from crmkit.testing._acts import added, refusal
from crmkit.testing._declared import Declared, OpenStore, first
from crmkit.testing._kept import nth

__all__ = ["ORDERED", "OrderingChecks"]

ORDERED = ("text", "id", "choice", "integer", "number", "money", "instant", "date")

# Capitals come before small letters, and emoji after whatever UTF-16 writes in one unit.
_TEXTS = sorted(
    ["", " a", "10", "9", "A", "Z", "a", "aa", "a😀", "b", "e\u0301", "z", "Ä", "é", "ß", "ﬁ", "\uffff", "😀"]
)


class OrderingChecks(Declared):
    """Sorted as asked, what is missing last, ties by id."""

    def test_texts_are_in_the_order_of_their_code_points(self, open_store: OpenStore) -> None:
        self._prove_order(open_store, self._field("text"), _TEXTS)

    def test_ids_are_in_the_order_of_their_code_points(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        added(store, *(self._kept.bare(cls, text) for text in reversed(_TEXTS) if text))
        assert self._ids(store, cls, "id") == _TEXTS[1:]
        assert self._ids(store, cls, ()) == _TEXTS[1:]
        assert self._ids(store, cls, "-id") == _TEXTS[:0:-1]

    def test_choices_are_in_the_order_of_their_code_points(self, open_store: OpenStore) -> None:
        cls, spec = self._field("choice", nullable=None)
        self._prove_order(open_store, (cls, spec), sorted(spec.choices or ()))

    def test_references_are_in_the_order_of_their_code_points(self, open_store: OpenStore) -> None:
        self._prove_order(open_store, self._field("id"), _TEXTS[1:])

    def test_whole_numbers_are_in_order(self, open_store: OpenStore) -> None:
        self._prove_order(open_store, self._field("integer"), [0, 1, 9, 10, 100, 2**31])

    def test_numbers_are_in_order(self, open_store: OpenStore) -> None:
        self._prove_order(open_store, self._field("number"), [0.0, 0.05, 0.1, 0.5, 0.75, 1.0])

    def test_amounts_are_in_the_order_of_their_values(self, open_store: OpenStore) -> None:
        values = [Decimal(text) for text in ("-10", "-9.99", "-0.01", "0", "0.5", "2.5", "9.75", "10", "100.25")]
        self._prove_order(open_store, self._field("money"), values)

    def test_instants_are_in_order(self, open_store: OpenStore) -> None:
        values = [
            datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
            datetime(2017, 3, 31, 9, tzinfo=UTC),
            datetime(2017, 3, 31, 10, tzinfo=UTC),
            datetime(2017, 3, 31, 10, 0, 1, tzinfo=UTC),
            datetime(2117, 1, 1, tzinfo=UTC),
        ]
        self._prove_order(open_store, self._field("instant"), values)

    def test_dates_are_in_order(self, open_store: OpenStore) -> None:
        values = [date(1999, 12, 31), date(2017, 3, 9), date(2017, 3, 31), date(2017, 10, 1), date(2117, 1, 1)]
        self._prove_order(open_store, self._field("date"), values)

    def test_what_is_missing_comes_last_in_either_direction(self, open_store: OpenStore) -> None:
        for cls, spec in self._kept.specs(*ORDERED, nullable=True):
            store = open_store()
            values = [None, self._value(spec, 1), None, self._value(spec, 0)]
            added(store, *(self._kept.bare(cls, f"{n}", **{spec.name: value}) for n, value in enumerate(values)))
            assert self._ids(store, cls, spec.name) == ["3", "1", "0", "2"], spec.name
            assert self._ids(store, cls, f"-{spec.name}") == ["1", "3", "0", "2"], spec.name

    def test_empty_texts_are_not_missing_when_sorted(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        values = [None, "a", ""]
        added(store, *(self._kept.bare(cls, f"{n}", **{text: value}) for n, value in enumerate(values)))
        assert self._ids(store, cls, text) == ["2", "1", "0"]
        assert self._ids(store, cls, f"-{text}") == ["1", "2", "0"]

    def test_ties_are_in_the_order_of_their_ids_in_either_direction(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        ids = ["b", "10", "a", "9", "B"]
        added(store, *(self._kept.bare(cls, name, **{text: "same"}) for name in ids))
        assert self._ids(store, cls, text) == sorted(ids)
        assert self._ids(store, cls, f"-{text}") == sorted(ids)
        assert self._ids(store, cls, [f"-{text}", "-id"]) == sorted(ids, reverse=True)

    def test_several_fields_sort_one_after_the_other(self, open_store: OpenStore) -> None:
        cls, text = self._text
        others = (spec for owner, spec in self._kept.specs("money", "integer", "instant", "date") if owner is cls)
        other = first(others, f"field beside {cls.__name__}.{text} that has an order")
        store = open_store()
        low, high = self._value(other, 0), self._value(other, 1)
        places = {"1": ("b", low), "2": ("a", high), "3": ("b", high), "4": ("a", low)}
        added(store, *(self._kept.bare(cls, name, **{text: a, other.name: b}) for name, (a, b) in places.items()))
        assert self._ids(store, cls, [text, other.name]) == ["4", "2", "1", "3"]
        assert self._ids(store, cls, [text, f"-{other.name}"]) == ["2", "4", "3", "1"]
        assert self._ids(store, cls, (f"-{other.name}", text)) == ["2", "3", "4", "1"]

    def test_an_unknown_field_cannot_be_sorted_by(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls in self.records:
            for unknown in ("nonsense", "-nonsense", "", "-", "custom"):
                refusal(UnknownField, store.repository(cls).find, order_by=unknown)

    def test_flags_and_tags_have_no_order(self, open_store: OpenStore) -> None:
        cls, spec = self._field("flag", "tags", nullable=None)
        refusal(InvalidArgument, open_store().repository(cls).find, order_by=spec.name)

    def test_what_is_no_order_is_refused(self, open_store: OpenStore) -> None:
        cls, text = self._text
        repository = open_store().repository(cls)
        for wrong in (7, None, [7], [None], [text, text], [text, f"-{text}"], [[text]], b"id", object):
            refusal(CrmError, repository.find, order_by=wrong)

    def _prove_order(self, open_store: OpenStore, place: tuple[type, Any], ascending: Sequence[Any]) -> None:
        """Add in an order that is neither up nor down, and prove both."""
        cls, spec = place
        store = open_store()
        numbered = list(enumerate(ascending))
        mixed = numbered[1::2] + numbered[::2]
        added(store, *(self._kept.bare(cls, f"{number:02}", **{spec.name: value}) for number, value in mixed))
        expected = [f"{number:02}" for number, _ in numbered]
        assert self._ids(store, cls, spec.name) == expected
        assert self._ids(store, cls, f"-{spec.name}") == expected[::-1]

    @staticmethod
    def _ids(store: Any, cls: type, order_by: Any) -> list[str]:
        return [record.id for record in store.repository(cls).find(order_by=order_by)]

    @staticmethod
    def _value(spec: Any, number: int) -> Any:
        return sorted([nth(spec, 0), nth(spec, 1)])[number]
