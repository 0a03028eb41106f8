"""Ids of another system, which only one record may have."""

from __future__ import annotations

from typing import Any

import pytest

from crmkit.errors import AlreadyExists
from crmkit.records import CustomField, CustomFields, evolve, kind_of
from crmkit.testing._acts import AT, act, added, edited, gone, refusal, stand
from crmkit.testing._declared import Declared, OpenStore

__all__ = ["UniqueIdChecks"]


class UniqueIdChecks(Declared):
    """A unique value belongs to one record of a class, whatever comes and goes."""

    def test_a_value_that_another_record_has_is_refused_and_named(self, open_store: OpenStore) -> None:
        store, cls = self._unique(open_store)
        one, other = added(store, self._numbered(cls, "1", "x"), self._numbered(cls, "2", "y"))
        for change in (act(add=[self._numbered(cls, "3", "x")]), act(edit=[(other, self._numbered(cls, "2", "x"))])):
            refused = refusal(AlreadyExists, store.apply, change)
            assert (refused.record, refused.id, refused.field) == (kind_of(cls), change.edits[0].id, "c_number")
        assert stand(store, cls) == {"1": one, "2": other}

    def test_two_records_of_one_change_do_not_share_a_value(self, open_store: OpenStore) -> None:
        store, cls = self._unique(open_store)
        refusal(AlreadyExists, store.apply, act(add=[self._numbered(cls, name, "x") for name in "12"]))
        assert stand(store, cls) == {}

    def test_a_record_keeps_its_value_when_it_is_edited(self, open_store: OpenStore) -> None:
        store, cls = self._unique(open_store)
        _, text = self._text
        (record,) = added(store, self._numbered(cls, "1", "x"))
        record = edited(store, record, **{text: "edited"})
        assert store.repository(cls).get("1") == record
        refusal(AlreadyExists, store.apply, act(add=[self._numbered(cls, "2", "x")]))

    def test_a_value_that_was_given_up_is_free(self, open_store: OpenStore) -> None:
        store, cls = self._unique(open_store)
        one, two, three = added(store, *(self._numbered(cls, name, name) for name in "123"))
        edited(store, one, custom={"c_number": "x"})
        edited(store, two, custom={})
        gone(store, three)
        assert len(added(store, *(self._numbered(cls, f"new {name}", name) for name in "123"))) == 3
        refusal(AlreadyExists, store.apply, act(add=[self._numbered(cls, "9", "x")]))

    def test_a_value_passes_from_one_record_to_another_in_one_change(self, open_store: OpenStore) -> None:
        store, cls = self._unique(open_store)
        one, two, three = added(store, *(self._numbered(cls, name, name) for name in "123"))
        swap = act(edit=[(one, self._numbered(cls, "1", "2")), (two, self._numbered(cls, "2", "1"))])
        store.apply(swap)
        store.apply(act(add=[self._numbered(cls, "4", "3")], remove=[three]))
        numbers = {name: record.custom["c_number"] for name, record in stand(store, cls).items()}
        assert numbers == {"1": "2", "2": "1", "4": "3"}
        for number in "123":
            refusal(AlreadyExists, store.apply, act(add=[self._numbered(cls, "9", number)]))

    def test_records_without_the_value_do_not_disturb_each_other(self, open_store: OpenStore) -> None:
        store, cls = self._unique(open_store)
        records = [self._kept.bare(cls, "1"), self._kept.bare(cls, "2"), self._numbered(cls, "3", None)]
        assert len(added(store, *records, self._numbered(cls, "4", None))) == 4

    def test_values_are_told_apart_to_the_last_character(self, open_store: OpenStore) -> None:
        store, cls = self._unique(open_store)
        values = ["7", "07", "7 ", "a", "A", "é", "e\u0301", "%"]
        assert len(added(store, *(self._numbered(cls, f"{n}", value) for n, value in enumerate(values)))) == len(values)

    def test_a_value_is_unique_among_records_of_its_class(self, open_store: OpenStore) -> None:
        if len(self.records) < 2:
            pytest.skip("the store keeps one class")
        one, other = [*self.records][:2]
        field = CustomField("id", unique=True)
        store = open_store(custom=CustomFields(**{kind_of(cls): {"c_number": field} for cls in (one, other)}))
        added(store, self._numbered(one, "1", "x"), self._numbered(other, "1", "x"))
        for cls in (one, other):
            refusal(AlreadyExists, store.apply, act(add=[self._numbered(cls, "2", "x")]))

    def test_what_was_taken_back_holds_no_value(self, open_store: OpenStore) -> None:
        store, cls = self._unique(open_store)
        (one,) = added(store, self._numbered(cls, "1", "x"))
        with pytest.raises(LookupError), store.transaction():  # noqa: PT012 - that is the law
            added(store, self._numbered(cls, "2", "y"))
            edited(store, one, custom={"c_number": "z"})
            raise LookupError
        refusal(AlreadyExists, store.apply, act(add=[self._numbered(cls, "3", "x")]))
        assert len(added(store, self._numbered(cls, "4", "y"), self._numbered(cls, "5", "z"))) == 2

    def test_undo_does_not_take_a_value_from_another_record(self, open_store: OpenStore) -> None:
        store, cls = self._unique(open_store)
        (one,) = added(store, self._numbered(cls, "1", "x"))
        removal = gone(store, one)
        (other,) = added(store, self._numbered(cls, "2", "x"))
        refusal(AlreadyExists, store.undo, removal.id, at=AT, by="ana")
        assert stand(store, cls) == {"2": other}
        gone(store, other)
        store.undo(removal.id, at=AT, by="ana")
        assert store.repository(cls).get("1") == evolve(one, version=2)

    def _unique(self, open_store: OpenStore) -> tuple[Any, Any]:
        cls, _ = self._text
        fields: Any = {"c_number": CustomField("id", unique=True), "c_note": "text"}
        return open_store(custom=CustomFields(**{kind_of(cls): fields})), cls

    def _numbered(self, cls: type, name: str, number: str | None) -> Any:
        return self._kept.bare(cls, name, custom={"c_number": number})
