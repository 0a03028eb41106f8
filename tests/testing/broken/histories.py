"""Stores whose history or whose transactions are wrong, and those that several threads break."""

from contextlib import contextmanager
from threading import Lock
from time import sleep

import attrs

from crmkit.errors import CrmError, RepositoryError
from crmkit.records import kind_of
from tests.testing.broken.wrapped import Wrapped
from tests.testing.broken.writes import LastWriteWins, OneByOne


class NewestFirst(Wrapped):
    finds = ("test_history_is_what_was_applied_oldest_first", "test_a_record_is_what_its_history_ends_with")

    def history(self, cls, name, /):
        return super().history(cls, name)[::-1]


class ForgetsWhy(Wrapped):
    finds = ("test_history_keeps_who_when_why_and_the_key",)

    def history(self, cls, name, /):
        return tuple(attrs.evolve(change, reason=None) for change in super().history(cls, name))


class TellsHalf(Wrapped):
    """Tells of a Change only what it did to the record at hand."""

    finds = ("test_a_change_of_several_records_is_in_the_history_of_each_and_whole",)

    def history(self, cls, name, /):
        return tuple(
            attrs.evolve(
                change, edits=[edit for edit in change.edits if (edit.record, edit.id) == (kind_of(cls), name)]
            )
            for change in super().history(cls, name)
        )


class TellsOfAll(Wrapped):
    finds = ("test_other_records_are_not_in_the_history_of_one",)

    def history(self, cls, name, /):
        super().history(cls, name)
        return tuple(self.inner.applied(entry.head and str(entry.position)) for entry in self.inner._shelf.log)


class ForgetsWhatWent(Wrapped):
    finds = ("test_the_history_of_a_record_that_went_and_came_back_goes_on",)

    def history(self, cls, name, /):
        history = super().history(cls, name)
        begins = [place for place, change in enumerate(history) for edit in change.edits if edit.before is None]
        return history[begins[-1] :]


class KeepsAttempts(Wrapped):
    """Puts a Change into the history before it knows whether it fits."""

    finds = ("test_refused_changes_leave_no_history",)

    def __init__(self, custom=None, inner=None):
        super().__init__(custom, inner)
        self.attempts = []

    def apply(self, change, /):
        self.attempts.append(change)
        return super().apply(change)

    def history(self, cls, name, /):
        return tuple(each for each in self.attempts if any(edit.id == name for edit in each.edits))


class LiveHistories(Wrapped):
    """A history goes on growing after it was given out."""

    finds = ("test_a_history_taken_before_stays_as_it_was",)

    def __init__(self, custom=None, inner=None):
        super().__init__(custom, inner)
        self.live = []

    def apply(self, change, /):
        self.live.append(super().apply(change))
        return self.live[-1]

    def history(self, cls, name, /):
        return self.live


class HistoryOfAnything(Wrapped):
    finds = ("test_what_names_no_record_has_no_history",)

    def history(self, cls, name, /):
        try:
            return super().history(cls, name)
        except CrmError:
            return ()


class NeverCommits(Wrapped):
    finds = ("test_what_is_applied_in_a_transaction_stands_at_its_end",)

    @contextmanager
    def transaction(self):
        try:
            with super().transaction():
                yield
                raise _End
        except _End:
            pass


class _End(Exception):
    pass


class NoTransactions(Wrapped):
    """Takes nothing back."""

    finds = (
        "test_an_error_in_a_transaction_takes_everything_back_and_comes_out",
        "test_a_transaction_inside_another_fails_on_its_own",
        "test_what_was_taken_back_leaves_no_trace",
        "test_what_was_refused_or_taken_back_is_not_in_the_log",
        "test_what_was_taken_back_holds_no_value",
        "test_an_undo_in_a_transaction_goes_with_it",
    )

    @contextmanager
    def transaction(self):
        yield


class InnerStands(Wrapped):
    """A transaction inside another stands on its own."""

    finds = ("test_what_a_transaction_inside_another_did_goes_with_the_outer_one",)

    @contextmanager
    def transaction(self):
        room = self.inner._room
        with super().transaction():
            yield
            if room.depth > 1:
                room.undoing.clear()


class ReadsBehind(Wrapped):
    """Shows in a transaction what was there before it."""

    finds = ("test_what_is_applied_in_a_transaction_is_read_in_it",)

    def count(self, records, where, as_of):
        return 0 if self.inner._room.depth else records.count(where, as_of=as_of)


class NoNesting(Wrapped):
    finds = ("test_a_transaction_of_nothing_changes_nothing",)

    @contextmanager
    def transaction(self):
        if self.inner._room.depth:
            raise RepositoryError("there is a transaction already")
        with super().transaction():
            yield


class LosesUpdates(LastWriteWins):
    finds = ("test_contended_updates_lose_none",)

    def get(self, records, name):
        record = super().get(records, name)
        sleep(0.002)
        return record


class OneAtATime(Wrapped):
    """Refuses whoever comes while another one writes."""

    finds = ("test_threads_that_touch_other_records_do_not_disturb_each_other",)

    def __init__(self, custom=None, inner=None):
        super().__init__(custom, inner)
        self.lock = Lock()

    def apply(self, change, /):
        if not self.lock.acquire(blocking=False):
            raise RepositoryError("somebody else is writing")
        try:
            sleep(0.002)
            return super().apply(change)
        finally:
            self.lock.release()


class SlowHalves(OneByOne):
    """Applies a Change record by record, and takes its time."""

    finds = ("test_readers_see_a_change_whole_or_not_at_all",)

    def find(self, records, where, **options):
        sleep(0.002)
        return super().find(records, where, **options)

    def apply(self, change, /):
        for edit in change.edits:
            self.inner.apply(attrs.evolve(change, edits=[edit]))
            sleep(0.005)
        return change


class NoLock:
    """Keeps nobody out."""

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        return None


class Unlocked(Wrapped):
    finds = (
        "test_other_threads_do_not_see_a_transaction_before_its_end",
        "test_a_transaction_that_fails_takes_nothing_of_another_thread_with_it",
    )

    def __init__(self, custom=None, inner=None):
        super().__init__(custom, inner)
        self.inner._room.lock = NoLock()
