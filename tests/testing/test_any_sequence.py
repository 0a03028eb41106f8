"""Each rule of the machines, once by hand: which of them are drawn is chance."""

from crmkit.repositories import InMemoryStore
from crmkit.testing import AuditedStoreContract
from crmkit.testing._audited._any_sequence import _audited
from crmkit.testing._store._any_sequence import machine_of

ADD, EDIT, REMOVE = [(0, "a", 0, False), (1, "b", 1, False)], [(0, "a", 2, False)], [(0, "a", 0, True)]


def opened():
    machine = machine_of(AuditedStoreContract()._kept, InMemoryStore, _audited)()
    machine.open()
    return machine


def proven(machine):
    machine.is_the_same()
    machine.verifies()
    machine.look(0, "a")
    return machine


def test_writing():
    machine = opened()
    machine.write(ADD, "k")
    machine.write(EDIT, "k")  # refused
    machine.write_again("k")
    machine.write_again("l")
    machine.write_what_is_stale(EDIT, (0, "a", 0, False))
    machine.write_what_is_stale(EDIT, (0, "c", 0, False))
    machine.write(REMOVE, None)
    assert [len(change.edits) for change in proven(machine).model.log] == [2, 1]


def test_transactions():
    machine = opened()
    machine.take_back([ADD, EDIT])
    assert proven(machine).model.log == []
    machine.write_in_a_transaction([ADD, EDIT], fails=True)
    machine.write_in_a_transaction([REMOVE], fails=False)
    assert len(proven(machine).model.log) == 4


def test_undoing():
    machine = opened()
    machine.undo_the_newest()
    machine.undo_any(3)
    machine.write(ADD, None)
    machine.write(EDIT, None)
    machine.undo_any(0)  # refused
    machine.undo_the_newest()
    machine.write_a_batch([])
    machine.write_a_batch([EDIT, REMOVE])
    assert len(proven(machine).model.log) == 5
