"""undo: the inverse of a Change is applied, if nothing newer touched its records."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from crmkit.errors import Conflict, CrmError, NotFound
from crmkit.records import Change, evolve, kind_of, ref
from crmkit.testing._acts import AT, act, added, edited, gone, refusal, stand
from crmkit.testing._declared import Declared, OpenStore

__all__ = ["UndoChecks"]

_LATER = AT + timedelta(days=1)


class UndoChecks(Declared):
    """What was done is taken back, and that is in the history too."""

    def test_an_undone_edit_is_as_before_under_a_new_version(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls in self.records:
            (before,) = added(store, self._kept.filled(cls, "1", 0))
            change = store.apply(act(edit=[(before, self._kept.filled(cls, "1", 1))]))
            _undone(store, change)
            assert store.repository(cls).get("1") == evolve(before, version=3)

    def test_an_undone_addition_is_gone(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls in self.records:
            _undone(store, store.apply(act(add=[self._kept.filled(cls, "1")])))
            assert stand(store, cls) == {}

    def test_an_undone_removal_is_back_under_a_new_version(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls in self.records:
            (record,) = added(store, self._kept.filled(cls, "1"))
            _undone(store, gone(store, record))
            assert store.repository(cls).get("1") == evolve(record, version=2)

    def test_a_change_of_several_records_is_undone_whole(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        one, two = added(store, *(self._kept.bare(cls, name, **{text: name}) for name in "12"))
        change = act(add=[self._kept.bare(cls, "3")], edit=[(one, evolve(one, **{text: "x"}))], remove=[two])
        _undone(store, store.apply(change))
        assert {name: getattr(record, text) for name, record in stand(store, cls).items()} == {"1": "1", "2": "2"}

    def test_undo_says_who_when_and_why_and_is_in_the_history(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        change = store.apply(act(add=[self._kept.bare(cls, "1")]))
        undo = store.undo(change.id, at=_LATER, by="ana", reason="a mistake")
        assert undo == change.inverse(at=_LATER, by="ana", reason="a mistake")
        assert (undo.at, undo.by, undo.reason, undo.act) == (_LATER, "ana", "a mistake", f"undo {change.act}")
        assert isinstance(undo.id, str)
        assert undo.id != change.id
        assert store.history(cls, "1") == (change, undo)
        assert store.applied(undo.id) == undo

    def test_an_undo_is_undone(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        (record,) = added(store, self._kept.bare(cls, "1", **{text: "before"}))
        change = store.apply(act(edit=[(record, evolve(record, **{text: "after"}))], key="once"))
        _undone(store, _undone(store, change))
        assert store.repository(cls).get("1") == evolve(record, version=4, **{text: "after"})

    def test_what_newer_changes_touched_is_not_undone_and_they_are_named(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        change = store.apply(act(add=[self._kept.bare(cls, name) for name in "1234"]))
        one, _, three, four = (edit.after for edit in change.edits)
        edited(store, three, **{text: "newer"})
        edited(store, one, **{text: "newer"})
        gone(store, four)
        before = stand(store, cls)
        refused = refusal(Conflict, store.undo, change.id, at=_LATER, by="ana")
        assert set(refused.facts["records"]) == {ref(one), ref(three), ref(four)}  # type: ignore[call-overload]
        assert refused.record == kind_of(cls)
        assert stand(store, cls) == before
        assert len(store.history(cls, "2")) == 1

    def test_an_edit_that_was_put_back_by_hand_is_newer_too(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        (record,) = added(store, self._kept.bare(cls, "1", **{text: "a"}))
        change = store.apply(act(edit=[(record, evolve(record, **{text: "b"}))]))
        back = edited(store, change.edits[0].after, **{text: "a"})
        edited(store, back, **{text: "b"})
        refusal(Conflict, store.undo, change.id, at=_LATER, by="ana")

    def test_a_change_is_undone_once(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        (record,) = added(store, self._kept.bare(cls, "1"))
        for change in (store.apply(act(remove=[record])), store.apply(act(add=[self._kept.bare(cls, "2")]))):
            _undone(store, change)
            before = stand(store, cls)
            refusal(Conflict, store.undo, change.id, at=_LATER, by="ana")
            assert stand(store, cls) == before

    def test_newer_changes_of_other_records_do_not_keep_from_undoing(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        change = store.apply(act(add=[self._kept.bare(cls, "1")]))
        (other,) = added(store, self._kept.bare(cls, "2"))
        edited(store, other, **{text: "newer"})
        _undone(store, change)
        assert stand(store, cls).keys() == {"2"}

    def test_a_replayed_change_is_not_newer_than_itself(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        change = act(add=[self._kept.bare(cls, "1")], key="once")
        store.apply(change)
        _undone(store, store.apply(change))
        assert stand(store, cls) == {}

    def test_undo_of_an_unknown_change_is_not_found(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        added(store, self._kept.bare(cls, "1"))
        for wrong in ("", "nonsense", "9" * 40):
            assert refusal(NotFound, store.undo, wrong, at=_LATER, by="ana").id == wrong
        assert stand(store, cls).keys() == {"1"}

    def test_undo_that_says_no_moment_and_nobody_is_refused(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        change = store.apply(act(add=[self._kept.bare(cls, "1")]))
        wrong: list[dict[str, Any]] = [
            {"at": datetime(2017, 1, 1), "by": "ana"},  # noqa: DTZ001 - that is what is wrong
            {"at": "2017-01-01", "by": "ana"},
            {"at": _LATER, "by": ""},
            {"at": _LATER, "by": 7},
            {"at": _LATER, "by": "ana", "reason": 7},
        ]
        for said in wrong:
            refusal(CrmError, store.undo, change.id, **said)
            assert stand(store, cls).keys() == {"1"}

    def test_an_undo_in_a_transaction_goes_with_it(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        change = store.apply(act(add=[self._kept.bare(cls, "1")]))
        with pytest.raises(LookupError), store.transaction():  # noqa: PT012 - that is the law
            _undone(store, change)
            assert stand(store, cls) == {}
            raise LookupError
        assert stand(store, cls).keys() == {"1"}
        assert store.history(cls, "1") == (change,)
        _undone(store, change)
        assert stand(store, cls) == {}


def _undone(store: Any, change: Change) -> Change:
    undone: Change = store.undo(change.id, at=_LATER, by="ana")
    return undone
