"""What a store does not keep it refuses; what it has given out it does not change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from crmkit.errors import CrmError
from crmkit.records import NO_CUSTOM, RECORDS, CustomValue, evolve, fields_of, record
from crmkit.testing._acts import act, added, edited, gone, refusal, stand
from crmkit.testing._declared import Declared, OpenStore
from crmkit.testing._kept import Kept, nth

__all__ = ["KeepingChecks"]


@record
class _Foreign:
    """A record class of the caller's own."""

    id: str
    name: str | None = None
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: int = 0


class KeepingChecks(Declared):
    """Nothing is lost silently, and nothing is shared."""

    def test_a_field_that_is_not_kept_is_refused(self, open_store: OpenStore) -> None:
        lost = [(cls, spec) for cls in self.records for spec in self._lost(cls)]
        if not lost:
            pytest.skip("the store keeps every field")
        store = open_store()
        there = {cls: added(store, self._kept.filled(cls, "1"))[0] for cls in self.records}
        for cls, spec in lost:
            plain = self._kept.bare(cls, "2")
            other = next(value for value in (nth(spec, 1), nth(spec, 2)) if value != getattr(plain, spec.name))
            refusal(CrmError, store.apply, act(add=[evolve(plain, **{spec.name: other})]))
            refusal(CrmError, store.apply, act(edit=[(there[cls], evolve(there[cls], **{spec.name: other}))]))
            assert stand(store, cls) == {"1": there[cls]}, spec.name

    def test_a_class_that_is_not_kept_is_refused(self, open_store: OpenStore) -> None:
        store = open_store()
        others = [Kept({cls: ()}).bare(cls, "1", **self._needed(cls)) for cls in self._strange()]
        cls, _ = self._text
        for other in (*others, _Foreign(id="1")):
            refusal(CrmError, store.apply, act(add=[other]))
            refusal(CrmError, store.apply, act(add=[self._kept.bare(cls, "1"), other]))
        assert stand(store, cls) == {}

    def test_what_is_no_class_of_records_has_no_repository(self, open_store: OpenStore) -> None:
        store = open_store()
        wrong: Any
        for wrong in ("deal", "", None, 7, str, object, [*self.records], int | None):
            refusal(CrmError, store.repository, wrong)

    def test_a_record_taken_before_stays_as_it_was(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls in self.records:
            (record,) = added(store, self._kept.filled(cls, "1", 0))
            taken, then = store.repository(cls).get("1"), evolve(record)
            newer = edited(store, record, **{spec.name: nth(spec, 1) for spec in self._kept.by_class[cls]})
            assert taken == then
            gone(store, newer)
            assert taken == then

    def test_a_page_taken_before_stays_as_it_was(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        records = added(store, *(self._kept.bare(cls, name) for name in "123"))
        page = store.repository(cls).find()
        edited(store, records[0], **{text: "later"})
        gone(store, records[1])
        added(store, self._kept.bare(cls, "4"))
        assert (len(page), list(page)) == (3, records)

    def test_a_change_that_was_applied_stays_as_it_was(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        change = act(add=[self._kept.bare(cls, "1")])
        applied = store.apply(change)
        edited(store, applied.edits[0].after, **{text: "later"})
        assert change.id is None
        assert applied == change == act(add=[self._kept.bare(cls, "1")])

    def _lost(self, cls: type) -> list[Any]:
        kept = {"id", "version", *(spec.name for spec in self._kept.by_class[cls])}
        return [spec for name, spec in fields_of(cls).items() if name not in kept]

    def _strange(self) -> list[type]:
        return [cls for cls in RECORDS.values() if cls not in self.records]

    @staticmethod
    def _needed(cls: type) -> dict[str, Any]:
        return {name: nth(spec, 0) for name, spec in fields_of(cls).items() if not spec.nullable and name != "id"}
