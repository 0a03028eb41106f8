"""apply: what a Change adds, edits and removes, whole or not at all."""

from __future__ import annotations

from typing import Any

from crmkit.errors import AlreadyExists, Conflict, CrmError, NotFound, RepositoryError
from crmkit.records import Change, Edit, evolve, kind_of
from crmkit.testing._acts import act, added, edited, gone, refusal, stand
from crmkit.testing._declared import Declared, OpenStore
from crmkit.testing._kept import nth

__all__ = ["ApplyingChecks"]


class ApplyingChecks(Declared):
    """What a Change says is done, and nothing else."""

    def test_what_is_added_is_there(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls in self.records:
            record = self._kept.filled(cls, "1")
            (there,) = added(store, record)
            assert store.repository(cls).get("1") == there == evolve(record, version=1)

    def test_what_is_edited_is_as_it_is_after(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls in self.records:
            (before,) = added(store, self._kept.filled(cls, "1", 0))
            after = evolve(self._kept.filled(cls, "1", 1), version=2)
            store.apply(act(edit=[(before, after)]))
            assert store.repository(cls).get("1") == after

    def test_what_is_removed_is_gone(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls in self.records:
            one, other = added(store, self._kept.filled(cls, "1"), self._kept.filled(cls, "2"))
            gone(store, one)
            refusal(NotFound, store.repository(cls).get, "1")
            assert list(store.repository(cls).find()) == [other]

    def test_each_field_can_be_edited_on_its_own(self, open_store: OpenStore) -> None:
        for cls, specs in self._kept.by_class.items():
            store = open_store()
            (record,) = added(store, self._kept.filled(cls, "1", 0))
            for spec in specs:
                record = edited(store, record, **{spec.name: nth(spec, 1)})
                assert store.repository(cls).get("1") == record, spec.name

    def test_each_field_can_become_missing_and_come_back(self, open_store: OpenStore) -> None:
        for cls, specs in self._kept.by_class.items():
            store = open_store()
            (record,) = added(store, self._kept.filled(cls, "1", 0))
            for spec in specs:
                nothing = () if spec.kind == "tags" else None
                for value in (nothing, nth(spec, 0)) if spec.nullable or spec.kind == "tags" else ():
                    record = edited(store, record, **{spec.name: value})
                    assert store.repository(cls).get("1") == record, spec.name

    def test_an_edit_touches_no_other_record(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls in self.records:
            one, *others = added(store, *(self._kept.filled(cls, f"{number}", number) for number in range(4)))
            gone(store, others.pop())
            one = edited(store, evolve(one), **{spec.name: nth(spec, 5) for spec in self._kept.by_class[cls]})
            assert list(store.repository(cls).find()) == [one, *others]

    def test_an_edit_that_changes_nothing_makes_a_new_version(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        (record,) = added(store, self._kept.filled(cls, "1"))
        record = edited(store, record)
        assert record.version == 2
        assert store.repository(cls).get("1") == record

    def test_one_change_adds_edits_and_removes_records_of_every_class(self, open_store: OpenStore) -> None:
        store = open_store()
        pairs = {
            cls: added(store, self._kept.filled(cls, "1", 1), self._kept.filled(cls, "2", 2)) for cls in self.records
        }
        change = act(
            add=[self._kept.filled(cls, "3", 3) for cls in self.records],
            edit=[(one, evolve(self._kept.filled(cls, "1", 4))) for cls, (one, _) in pairs.items()],
            remove=[other for _, other in pairs.values()],
        )
        store.apply(change)
        for cls in self.records:
            after = {edit.id: edit.after for edit in change.edits if edit.record == kind_of(cls) and edit.after}
            assert stand(store, cls) == after

    def test_apply_returns_the_change_with_an_id_of_its_own(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        changes = [act(add=[self._kept.bare(cls, f"{number}")]) for number in range(3)]
        applied = [store.apply(change) for change in changes]
        assert applied == changes
        assert all(isinstance(change.id, str) and change.id for change in applied)
        assert len({change.id for change in applied}) == 3

    def test_versions_may_go_up_by_more_than_one(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        (record,) = added(store, self._kept.bare(cls, "1"))
        one = act(edit=[(record, evolve(record, **{text: "one"}))])
        other = act(edit=[(one.edits[0].after, evolve(record, **{text: "other"}))])
        store.apply(Change.combine([one, other], act="both", at=one.at, by=one.by))
        assert store.repository(cls).get("1") == evolve(record, version=3, **{text: "other"})

    def test_a_stale_edit_is_a_conflict_that_names_record_and_versions(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls in self.records:
            (first,) = added(store, self._kept.filled(cls, "1", 0))
            second = edited(store, first)
            refused = refusal(Conflict, store.apply, act(edit=[(first, self._kept.filled(cls, "1", 1))]))
            assert (refused.record, refused.id, refused.expected, refused.found) == (kind_of(cls), "1", 1, 2)
            assert store.repository(cls).get("1") == second

    def test_a_stale_removal_is_a_conflict(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        (first,) = added(store, self._kept.bare(cls, "1"))
        second = edited(store, first, **{text: "newer"})
        refused = refusal(Conflict, store.apply, act(remove=[first]))
        assert (refused.record, refused.id, refused.expected, refused.found) == (kind_of(cls), "1", 1, 2)
        assert store.repository(cls).get("1") == second

    def test_an_edit_of_what_is_not_there_is_a_conflict(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        (record,) = added(store, self._kept.bare(cls, "1"))
        gone(store, record)
        for absent in (record, self._kept.bare(cls, "2", version=1)):
            for change in (act(edit=[(absent, evolve(absent, **{text: "x"}))]), act(remove=[absent])):
                refused = refusal(Conflict, store.apply, change)
                assert (refused.id, refused.expected, refused.found) == (absent.id, 1, None)
        assert stand(store, cls) == {}

    def test_an_edit_that_begins_with_other_values_is_a_conflict(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        (record,) = added(store, self._kept.bare(cls, "1", **{text: "there"}))
        other = evolve(record, **{text: "elsewhere"})
        for change in (act(edit=[(other, evolve(other, **{text: "x"}))]), act(remove=[other])):
            refusal(Conflict, store.apply, change)
        assert store.repository(cls).get("1") == record

    def test_adding_what_is_there_already_is_refused_and_says_so(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls in self.records:
            (record,) = added(store, self._kept.filled(cls, "1", 0))
            for number in (0, 1):
                refused = refusal(AlreadyExists, store.apply, act(add=[self._kept.filled(cls, "1", number)]))
                assert (refused.record, refused.id, refused.field) == (kind_of(cls), "1", "id")
            assert store.repository(cls).get("1") == record

    def test_a_change_is_done_whole_or_not_at_all(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        one, two, three = added(store, *(self._kept.bare(cls, name, **{text: name}) for name in "123"))
        newer = edited(store, three, **{text: "newer"})
        before = stand(store, cls)
        good: list[Any] = [
            Edit(None, self._kept.bare(cls, "4", version=1)),
            Edit(one, evolve(one, version=2, **{text: "edited"})),
            Edit(two, None),
        ]
        stale = Edit(three, evolve(three, version=2))
        there = Edit(None, evolve(newer, version=9))
        for bad in (stale, there):
            for edits in ([*good, bad], [bad, *good], [*good[:1], bad, *good[1:]]):
                refusal(RepositoryError, store.apply, Change(edits=edits, act="test", at=act(add=[one]).at, by="it"))
                assert stand(store, cls) == before
        assert store.history(cls, "4") == ()
        assert [len(store.history(cls, name)) for name in "123"] == [1, 1, 2]

    def test_a_record_that_went_does_not_come_back_under_a_version_it_has_had(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        (record,) = added(store, self._kept.bare(cls, "1", **{text: "first"}))
        newest = edited(store, record, **{text: "second"})
        gone(store, newest)
        for version in (0, 1):
            refused = refusal(Conflict, store.apply, act(add=[self._kept.bare(cls, "1", version=version)]))
            assert (refused.id, refused.expected) == ("1", 3)
        assert stand(store, cls) == {}
        (back,) = added(store, self._kept.bare(cls, "1", version=2, **{text: "third"}))
        assert back.version == 3
        assert store.repository(cls).get("1") == back

    def test_an_edit_of_a_record_that_went_and_came_back_is_a_conflict(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        (record,) = added(store, self._kept.bare(cls, "1"))
        gone(store, record)
        (back,) = added(store, record)
        refusal(Conflict, store.apply, act(edit=[(record, evolve(record, **{text: "x"}))]))
        assert store.repository(cls).get("1") == back

    def test_what_is_no_change_is_refused(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        record = self._kept.bare(cls, "1")
        for wrong in (None, "x", 7, record, [record], Edit(None, record), act(add=[record]).to_json()):
            refusal(CrmError, store.apply, wrong)
        assert stand(store, cls) == {}
