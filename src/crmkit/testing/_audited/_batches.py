"""apply_all and applied: many Changes at once, and each by its id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from crmkit.errors import AlreadyExists, Conflict, CrmError, NotFound, RepositoryError
from crmkit.records import Change, evolve
from crmkit.repositories import AuditedStore
from crmkit.testing._acts import act, added, edited, refusal, stand
from crmkit.testing._declared import Declared, OpenStore
from crmkit.testing._kept import nth

__all__ = ["BatchChecks"]


class BatchChecks(Declared):
    """Many Changes are applied as one by one would be, all or none."""

    def test_an_audited_store_is_one(self, open_store: OpenStore) -> None:
        assert isinstance(open_store(), AuditedStore)

    def test_apply_all_applies_all_in_their_order(self, open_store: OpenStore) -> None:
        store = open_store()
        changes = [
            act(add=[self._kept.filled(cls, f"{number}", number)]) for number in range(3) for cls in self.records
        ]
        applied = store.apply_all(changes)
        assert isinstance(applied, tuple)
        assert list(applied) == changes
        assert [store.applied(change.id) for change in applied] == changes
        for cls in self.records:
            assert list(stand(store, cls)) == ["0", "1", "2"]
            assert [store.history(cls, f"{number}") for number in range(3)] == [
                (change,) for change in changes if isinstance(change.edits[0].after, cls)
            ]

    def test_apply_all_follows_a_record_through_many_changes(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        record = evolve(self._kept.bare(cls, "1"), version=1)
        changes = [act(add=[self._kept.bare(cls, "1")])]
        for number in range(5):
            changes.append(act(edit=[(record, evolve(record, **{text: f"{number}"}))]))
            record = evolve(record, version=record.version + 1, **{text: f"{number}"})
        changes.append(act(remove=[record]))
        changes.append(act(add=[evolve(record, **{text: "back"})]))
        applied = store.apply_all(changes)
        assert getattr(store.repository(cls).get("1"), text) == "back"
        assert store.history(cls, "1") == applied

    def test_apply_all_edits_one_field_in_some_and_another_in_others(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls, specs in self._kept.by_class.items():
            several = [(f"{number}", spec) for number, spec in enumerate(specs * 2)]
            records = {
                record.id: record for record in added(store, *(self._kept.filled(cls, name) for name, _ in several))
            }
            changes = [
                act(edit=[(records[name], evolve(records[name], **{spec.name: nth(spec, 1)}))])
                for name, spec in several
            ]
            store.apply_all(changes)
            assert stand(store, cls) == {change.edits[0].id: change.edits[0].after for change in changes}

    def test_apply_all_of_nothing_does_nothing(self, open_store: OpenStore) -> None:
        store = open_store()
        assert store.apply_all([]) == ()
        assert store.verify().entries == 0

    def test_apply_all_does_all_or_nothing(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        (record,) = added(store, self._kept.bare(cls, "1"))
        newer = edited(store, record, **{text: "newer"})
        good = [act(add=[self._kept.bare(cls, name)]) for name in "23"]
        stale = act(edit=[(record, evolve(record, **{text: "stale"}))])
        for changes, error in (
            ([*good, stale], Conflict),
            ([stale, *good], Conflict),
            ([good[0], stale, good[1]], Conflict),
            ([*good, good[0]], AlreadyExists),
            ([*good, act(remove=[record])], Conflict),
            ([*good, None], CrmError),
        ):
            refusal(error, store.apply_all, changes)
            assert stand(store, cls) == {"1": newer}
            assert [len(store.history(cls, name)) for name in "123"] == [2, 0, 0]

    def test_apply_all_of_what_breaks_off_does_nothing(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text

        def broken() -> Iterator[Change]:
            yield act(add=[self._kept.bare(cls, "1")])
            raise LookupError("the source of the Changes")

        with pytest.raises(LookupError, match="the source"):
            store.apply_all(broken())
        assert stand(store, cls) == {}

    def test_apply_all_takes_what_can_be_gone_through_once(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        applied = store.apply_all(act(add=[self._kept.bare(cls, name)]) for name in "123")
        assert [change.edits[0].id for change in applied] == ["1", "2", "3"]
        assert list(stand(store, cls)) == ["1", "2", "3"]

    def test_apply_all_knows_keys(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        one = act(add=[self._kept.bare(cls, "1")], key="one")
        two = act(add=[self._kept.bare(cls, "2")], key="two")
        first = store.apply(one)
        applied = store.apply_all([one, two, two, one])
        assert [change.id for change in applied] == [first.id, applied[1].id, applied[1].id, first.id]
        assert [len(store.history(cls, name)) for name in "12"] == [1, 1]
        refused = refusal(RepositoryError, store.apply_all, [act(add=[self._kept.bare(cls, "3")], key="two")])
        assert refused.code == "key_reused"

    def test_applied_returns_a_change_by_its_id(self, open_store: OpenStore) -> None:
        store = open_store()
        changes = [store.apply(act(add=[self._kept.filled(cls, "1")], reason="why")) for cls in self.records]
        for change in changes:
            again = store.applied(change.id)
            assert (again, again.id) == (change, change.id)

    def test_applied_of_an_unknown_id_is_not_found(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        change = store.apply(act(add=[self._kept.bare(cls, "1")]))
        for wrong in (
            "",
            "nonsense",
            "0",
            "-1",
            "1.0",
            f"{change.id}0",
            f" {change.id}",
            f"{change.id} ",
            "9" * 40,
            "1\0",
            "¹",
        ):
            assert refusal(NotFound, store.applied, wrong).id == wrong
        none: Any
        for none in (None, 7, 1, b"1", ["1"], {}):
            refusal(CrmError, store.applied, none)
