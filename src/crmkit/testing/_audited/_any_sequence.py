"""Whatever is done one after the other, undoing among it: records and log stay what was applied."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from crmkit.errors import Conflict
from crmkit.records import Change, kind_of
from crmkit.testing._acts import AT, refusal
from crmkit.testing._declared import Declared, OpenStore
from crmkit.testing._store._any_sequence import Model, Step, machine_of, run_machine

__all__ = ["AuditedSequenceChecks"]


class AuditedSequenceChecks(Declared):
    """Acts in any order, undone and in batches, against the model."""

    def test_after_any_sequence_of_acts_and_undos_a_store_verifies(self, open_store: OpenStore) -> None:
        run_machine(machine_of(self._kept, open_store, _audited), self.examples, self.steps)


def _audited(machine: type) -> type:
    """Make a machine that undoes, applies batches, subscribes and verifies too."""
    step = st.tuples(st.integers(0, 2), st.sampled_from("abc"), st.integers(0, 3), st.booleans())

    class Audited(machine):  # type: ignore[misc]  # a class that was built just now
        @rule()
        def undo_the_newest(self) -> None:
            if self.model.log:
                self.undone(self.model.log[-1])

        @rule(number=st.integers(0, 30))
        def undo_any(self, number: int) -> None:
            if self.model.log:
                self.undone(self.model.log[number % len(self.model.log)])

        def undone(self, change: Change) -> None:
            classes = {kind_of(cls): cls for cls in self.model.classes}
            newest = {self.model.history(classes[edit.record], edit.id)[-1].id for edit in change.edits}
            if newest == {change.id}:
                undone = self.store.undo(change.id, at=AT, by="ana")
                assert undone == change.inverse(at=AT, by="ana")
                self.model.apply(undone)
            else:
                refusal(Conflict, self.store.undo, change.id, at=AT, by="ana")

        @rule(several=st.lists(st.lists(step, min_size=1, max_size=3), max_size=3))
        def write_a_batch(self, several: list[list[Step]]) -> None:
            imagined = Model(self.model.kept, self.model.classes, dict(self.model.records), dict(self.model.newest))
            changes = []
            for steps in several:
                changes.append(imagined.change(steps))
                imagined.apply(changes[-1])
            applied: Any = self.store.apply_all(changes)
            assert list(applied) == changes
            for change in applied:
                self.model.apply(change)

        @invariant()
        def verifies(self) -> None:
            verification = self.store.verify()
            assert verification.faults == ()
            assert verification.entries == len(self.model.log)
            if self.model.log:
                assert self.store.applied(self.model.log[-1].id) == self.model.log[-1]

    return Audited
