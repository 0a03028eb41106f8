"""history: what was applied to a record."""

from __future__ import annotations

from crmkit.errors import CrmError, RepositoryError
from crmkit.records import Edit, evolve, kind_of
from crmkit.testing._acts import act, added, edited, gone, refusal
from crmkit.testing._declared import Declared, OpenStore

__all__ = ["HistoryChecks"]


class HistoryChecks(Declared):
    """The applied Changes, oldest first."""

    def test_history_is_what_was_applied_oldest_first(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls in self.records:
            record = evolve(self._kept.filled(cls, "1", 0), version=1)
            applied = [store.apply(act(add=[self._kept.filled(cls, "1", 0)], reason="new"))]
            for number in (1, 2):
                after = evolve(self._kept.filled(cls, "1", number), version=number + 1)
                applied.append(store.apply(act(edit=[(record, after)])))
                record = after
            applied.append(store.apply(act(remove=[record])))
            history = store.history(cls, "1")
            assert isinstance(history, tuple)
            assert list(history) == applied
            assert [change.id for change in history] == [change.id for change in applied]

    def test_history_keeps_who_when_why_and_the_key(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        change = act(add=[self._kept.bare(cls, "1")], key="once", reason="a 'reason' with \n lines and 😀")
        store.apply(change)
        (kept,) = store.history(cls, "1")
        assert (kept.act, kept.at, kept.by, kept.reason, kept.idempotency_key) == (
            change.act,
            change.at,
            change.by,
            change.reason,
            "once",
        )
        assert kept.at.tzinfo is not None

    def test_history_of_an_unknown_record_is_empty(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        added(store, self._kept.bare(cls, "1"))
        assert store.history(cls, "2") == ()
        for other in set(self.records) - {cls}:
            assert store.history(other, "1") == ()

    def test_a_change_of_several_records_is_in_the_history_of_each_and_whole(self, open_store: OpenStore) -> None:
        store = open_store()
        change = store.apply(act(add=[self._kept.filled(cls, name) for cls in self.records for name in "12"]))
        for cls in self.records:
            for name in "12":
                assert store.history(cls, name) == (change,)

    def test_other_records_are_not_in_the_history_of_one(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        (one,), (other,) = added(store, self._kept.bare(cls, "1")), added(store, self._kept.bare(cls, "2"))
        edited(store, one, **{text: "one"})
        edited(store, other, **{text: "other"})
        for name in "12":
            assert [edit.id for change in store.history(cls, name) for edit in change.edits] == [name, name]

    def test_the_history_of_a_record_that_went_and_came_back_goes_on(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        (record,) = added(store, self._kept.bare(cls, "1"))
        gone(store, record)
        added(store, record)
        edits = [edit for change in store.history(cls, "1") for edit in change.edits]
        assert [(edit.before is None, edit.after is None) for edit in edits] == [
            (True, False),
            (False, True),
            (True, False),
        ]

    def test_a_record_is_what_its_history_ends_with(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls in self.records:
            (record,) = added(store, self._kept.filled(cls, "1", 0))
            for number in (1, 2):
                after = self._kept.filled(cls, "1", number)
                record = store.apply(act(edit=[(record, after)])).edits[0].after
            edits: list[Edit] = [edit for change in store.history(cls, "1") for edit in change.edits]
            assert [edit.before for edit in edits] == [None, *(edit.after for edit in edits[:-1])]
            assert edits[-1].after == store.repository(cls).get("1")

    def test_refused_changes_leave_no_history(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        (record,) = added(store, self._kept.bare(cls, "1"))
        newer = edited(store, record)
        history = store.history(cls, "1")
        refusal(RepositoryError, store.apply, act(remove=[record]))
        refusal(RepositoryError, store.apply, act(add=[newer]))
        assert store.history(cls, "1") == history

    def test_a_history_taken_before_stays_as_it_was(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        (record,) = added(store, self._kept.bare(cls, "1"))
        history = store.history(cls, "1")
        edited(store, record, **{text: "later"})
        assert len(history) == 1
        assert history[0].edits[0].after == record

    def test_what_names_no_record_has_no_history(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        added(store, self._kept.bare(cls, "1"))
        for wrong in (kind_of(cls), str, None, 7, object()):
            refusal(CrmError, store.history, wrong, "1")
        for wrong in (None, 7, b"1", ["1"], {}):
            refusal(CrmError, store.history, cls, wrong)
