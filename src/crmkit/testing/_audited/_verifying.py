"""verify: log and records are what was applied; and contents that were erased."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from crmkit.errors import RepositoryError
from crmkit.records import evolve
from crmkit.repositories import Verification
from crmkit.testing._acts import AT, act, added, edited, gone, refusal, stand
from crmkit.testing._declared import Declared, OpenStore

__all__ = ["VerifyChecks"]


class VerifyChecks(Declared):
    """The log proves what was applied.

    Args:
        erase: a function of a store and the id of a Change that erases what the log says the Change did, as privacy
            may demand; None where the store cannot, or where that is proven elsewhere.
    """

    erase: ClassVar[Callable[[Any, str], None] | None] = None

    def test_a_new_store_verifies(self, open_store: OpenStore) -> None:
        verification = open_store().verify()
        assert isinstance(verification, Verification)
        assert (verification.entries, verification.erased, verification.faults) == (0, 0, ())
        assert verification.intact

    def test_verify_finds_no_fault_in_what_was_applied(self, open_store: OpenStore) -> None:
        store = open_store()
        for number, cls in enumerate(self.records):
            (record,) = added(store, self._kept.filled(cls, "1", 0))
            record = store.apply(act(edit=[(record, self._kept.filled(cls, "1", 1))], key=f"{number}")).edits[0].after
            gone(store, record)
            added(store, evolve(self._kept.filled(cls, "1", 2), version=record.version))
            assert store.verify().faults == ()
        assert store.verify().entries == 4 * len(self.records)

    def test_every_change_gives_the_log_another_head(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        heads = [store.verify().head]
        (record,) = added(store, self._kept.bare(cls, "1"))
        heads.append(store.verify().head)
        record = edited(store, record)
        heads.append(store.verify().head)
        gone(store, record)
        heads.append(store.verify().head)
        assert len(set(heads)) == 4
        assert store.verify().head == heads[-1]

    def test_two_logs_of_the_same_changes_have_other_heads(self, open_store: OpenStore) -> None:
        cls, _ = self._text
        heads = set()
        for _ in range(2):
            store = open_store()
            added(store, self._kept.bare(cls, "1"))
            heads.add(store.verify().head)
        assert len(heads) == 2, "a digest without a random nonce lets what was erased be guessed"

    def test_an_earlier_head_is_an_anchor(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        heads = [store.verify().head]
        for name in "123":
            added(store, self._kept.bare(cls, name))
            heads.append(store.verify().head)
        for head in heads:
            assert store.verify(anchor=head).faults == ()

    def test_a_head_that_the_log_never_had_is_a_fault(self, open_store: OpenStore) -> None:
        store, other = open_store(), open_store()
        cls, _ = self._text
        for each in (store, other):
            added(each, self._kept.bare(cls, "1"))
        for anchor in (other.verify().head, "nonsense", "", "f" * 64):
            verification = store.verify(anchor=anchor)
            assert not verification.intact, anchor
            assert verification.faults

    def test_what_was_refused_or_taken_back_is_not_in_the_log(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        (record,) = added(store, self._kept.bare(cls, "1"))
        before = store.verify()
        refusal(RepositoryError, store.apply, act(add=[record]))
        with pytest.raises(LookupError), store.transaction():  # noqa: PT012 - that is the law
            gone(store, record)
            raise LookupError
        assert store.verify() == before

    def test_a_replayed_change_is_in_the_log_once(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        change = act(add=[self._kept.bare(cls, "1")], key="once")
        store.apply(change)
        before = store.verify()
        store.apply(change)
        assert store.verify() == before

    def test_verify_changes_nothing(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        added(store, self._kept.bare(cls, "1"))
        before = stand(store, cls)
        assert store.verify() == store.verify()
        assert stand(store, cls) == before
        assert len(store.history(cls, "1")) == 1

    def test_an_erased_change_is_counted_and_is_no_fault(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        record, change = self._erased(store)
        verification = store.verify()
        assert (verification.entries, verification.erased, verification.faults) == (3, 1, ())
        assert store.repository(cls).get("1") == record
        edited(store, record, **{text: "later"})
        assert store.verify().faults == ()
        assert store.verify(anchor=verification.head).faults == ()
        assert change.id != verification.head

    def test_an_erased_change_is_not_read_or_undone(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        record, change = self._erased(store)
        for call in (
            lambda: store.applied(change.id),
            lambda: store.history(cls, "1"),
            lambda: store.undo(change.id, at=AT, by="ana"),
        ):
            assert refusal(RepositoryError, call).code == "erased"
        assert stand(store, cls) == {"1": record, "2": self._kept.bare(cls, "2", version=1)}

    def _erased(self, store: Any) -> tuple[Any, Any]:
        erase = type(self).erase
        if erase is None:
            pytest.skip("how contents are erased is not said")
        cls, text = self._text
        change = store.apply(act(add=[self._kept.bare(cls, "1", **{text: "to be erased"})]))
        record = edited(store, change.edits[0].after, **{text: None})
        added(store, self._kept.bare(cls, "2"))
        erase(store, change.id)
        return record, change
