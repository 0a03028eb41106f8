"""Whatever is done one after the other: a store holds what a dict would hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from crmkit.errors import RepositoryError
from crmkit.expressions import Expression, field
from crmkit.records import Change, evolve, kind_of
from crmkit.testing._acts import act, refusal, stand
from crmkit.testing._declared import Declared, OpenStore
from crmkit.testing._drawing import drawn_settings, proven
from crmkit.testing._kept import Kept
from crmkit.testing._store._ordering import ORDERED
from crmkit.testing._strategies import questions

__all__ = ["Model", "SequenceChecks", "machine_of", "run_machine"]

_IDS = "abc"
_KEYS = "kl"
Key = tuple[type, str]
Step = tuple[int, str, int, bool]  # which class, which id, which values, whether a record that is there goes


@attrs.define
class Model:
    """The simplest store: dicts, and the rules for versions and keys."""

    kept: Kept
    classes: list[type]
    records: dict[Key, Any] = attrs.field(factory=dict)
    newest: dict[Key, int] = attrs.field(factory=dict)
    log: list[Change] = attrs.field(factory=list)

    def change(self, steps: Sequence[Step], key: str | None = None) -> Change:
        """Make the Change that does these steps, each record once."""
        add, edit, remove = [], [], []
        named = {(self.classes[place % len(self.classes)], name): (number, go) for place, name, number, go in steps}
        for (cls, name), (number, go) in named.items():
            there = self.records.get((cls, name))
            filled = self.kept.filled(cls, name, number, version=self.newest.get((cls, name), 0))
            if there is None:
                add.append(filled)
            elif go:
                remove.append(there)
            else:
                edit.append((there, filled))
        return act(add=add, edit=edit, remove=remove, key=key)

    def apply(self, change: Change) -> None:
        """Do what a Change says."""
        classes = {kind_of(cls): cls for cls in self.classes}
        for edit in change.edits:
            key = (classes[edit.record], edit.id)
            self.records.pop(key, None)
            if edit.after is not None:
                self.records[key] = edit.after
            self.newest[key] = max(record.version for record in (edit.before, edit.after) if record is not None)
        self.log.append(change)

    def of(self, cls: type) -> list[Any]:
        """Return the records of a class, by id."""
        return [self.records[key] for key in sorted(self.records, key=lambda key: key[1]) if key[0] is cls]

    def history(self, cls: type, name: str) -> list[Change]:
        """Return the Changes of one record."""
        return [
            change
            for change in self.log
            if any((edit.record, edit.id) == (kind_of(cls), name) for edit in change.edits)
        ]


class SequenceChecks(Declared):
    """Acts in any order, against the model."""

    def test_after_any_sequence_of_acts_a_store_holds_what_a_dict_would(self, open_store: OpenStore) -> None:
        run_machine(machine_of(self._kept, open_store), self.examples, self.steps)

    def test_any_question_in_any_order_is_answered_on_pages_as_by_the_records(self, open_store: OpenStore) -> None:
        cls, _ = self._text
        names = [spec.name for spec in self._kept.by_class[cls]]
        orders = [name for name, spec in zip(names, self._kept.by_class[cls], strict=True) if spec.kind in ORDERED]
        store = open_store()
        half = [self._kept.filled(cls, f"{number}", number % 4) for number in range(6)]
        store.apply(act(add=[*half, *(self._kept.bare(cls, f"{number}") for number in range(6, 9))]))
        records = list(stand(store, cls).values())
        one_order = st.sampled_from([sign + name for name in [*orders, "id"] for sign in ("", "-")])
        order = st.lists(one_order, max_size=3, unique_by=lambda each: each.removeprefix("-"))

        def law(drawn: tuple[Expression, list[str], int]) -> None:
            question, order_by, limit = drawn
            expected = {record.id for record in records if question.test(record)}
            repository = store.repository(cls)
            whole = repository.find(question, order_by=order_by)
            assert {record.id for record in whole} == expected, str(question)
            assert len(whole) == len(expected) == repository.count(question)
            pages = [repository.find(question, order_by=order_by, limit=limit)]
            while pages[-1].next is not None and len(pages) <= len(records):
                pages.append(repository.find(question, order_by=order_by, limit=limit, after=pages[-1].next))
            assert [record for page in pages for record in page] == list(whole), order_by

        proven(law, st.tuples(questions(cls, fields=names), order, st.integers(1, 4)), examples=5 * self.examples)


def machine_of(kept: Kept, open_store: OpenStore, more: Callable[[type], type] | None = None) -> type:
    """Build the machine that acts on a store and on the model in step.

    Args:
        kept: what the store keeps.
        open_store: opens a fresh one.
        more: makes a machine with more rules of it.
    """
    classes = list(kept.by_class)[:3]
    step = st.tuples(st.integers(0, len(classes) - 1), st.sampled_from(_IDS), st.integers(0, 3), st.booleans())
    steps = st.lists(step, min_size=1, max_size=4)

    class Machine(RuleBasedStateMachine):
        @initialize()
        def open(self) -> None:
            self.store: Any = open_store()
            self.model = Model(kept, classes)

        @rule(steps=steps, key=st.none() | st.none() | st.sampled_from(_KEYS))
        def write(self, steps: list[Step], key: str | None) -> None:
            change = self.model.change(steps, key)
            if key is not None and any(first.idempotency_key == key for first in self.model.log):
                assert refusal(RepositoryError, self.store.apply, change).code == "key_reused"
                return
            applied = self.store.apply(change)
            assert applied == change
            self.model.apply(applied)

        @rule(key=st.sampled_from(_KEYS))
        def write_again(self, key: str) -> None:
            for first in self.model.log:
                if first.idempotency_key == key:
                    again = self.store.apply(first)
                    assert (again, again.id) == (first, first.id)

        @rule(steps=steps, stale=step)
        def write_what_is_stale(self, steps: list[Step], stale: Step) -> None:
            cls, name = classes[stale[0]], stale[1]
            there = self.model.records.get((cls, name))
            if there is None:
                other = kept.filled(cls, name, 0, version=self.model.newest.get((cls, name), 0) + 1)
                wrong = act(edit=[(other, other)])
            else:
                wrong = act(remove=[evolve(there, version=there.version - 1)])
            rest = [each for each in self.model.change(steps).edits if (each.record, each.id) != (kind_of(cls), name)]
            change = Change(edits=[*rest, *wrong.edits], act="test", at=wrong.at, by=wrong.by)
            refusal(RepositoryError, self.store.apply, change)

        @rule(several=st.lists(steps, min_size=1, max_size=3))
        def take_back(self, several: list[list[Step]]) -> None:
            imagined = Model(kept, classes, dict(self.model.records), dict(self.model.newest))
            try:
                with self.store.transaction():
                    for steps in several:
                        imagined.apply(self.store.apply(imagined.change(steps)))
                    for cls in classes:
                        assert list(self.store.repository(cls).find()) == imagined.of(cls)
                    raise LookupError
            except LookupError:
                pass

        @rule(several=st.lists(steps, min_size=1, max_size=3), fails=st.booleans())
        def write_in_a_transaction(self, several: list[list[Step]], fails: bool) -> None:
            with self.store.transaction():
                for steps in several:
                    self.model.apply(self.store.apply(self.model.change(steps)))
                try:
                    with self.store.transaction():
                        applied = self.store.apply(self.model.change(several[0]))
                        if fails:
                            raise LookupError
                        self.model.apply(applied)
                except LookupError:
                    pass

        @rule(place=st.integers(0, len(classes) - 1), name=st.sampled_from(_IDS))
        def look(self, place: int, name: str) -> None:
            cls = classes[place]
            history = self.store.history(cls, name)
            assert list(history) == self.model.history(cls, name)
            assert [change.id for change in history] == [change.id for change in self.model.history(cls, name)]
            assert self.store.repository(cls).exists(field("id") == name) is ((cls, name) in self.model.records)

        @invariant()
        def is_the_same(self) -> None:
            for cls in classes:
                assert list(self.store.repository(cls).find()) == self.model.of(cls)

    return Machine if more is None else more(Machine)


def run_machine(machine: type, examples: int, steps: int) -> None:
    """Run a machine on drawn sequences."""
    run_state_machine_as_test(machine, settings=drawn_settings(examples, stateful_step_count=steps))
