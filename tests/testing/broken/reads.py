"""Stores that read wrongly: get, find, count, exists, order, pages."""

import attrs

from crmkit.errors import CrmError, InvalidExpression, NotFound
from crmkit.expressions import ALWAYS, NEVER, Expression, field
from crmkit.records import RECORDS, kind_of
from crmkit.repositories import InMemoryStore, Page
from tests.testing.broken.wrapped import Repository, Wrapped


class NoStore(Wrapped):
    """Lacks a method."""

    finds = ("test_a_store_is_a_store", "test_an_audited_store_is_one")
    transaction = property()


class NeverEmpty(Wrapped):
    finds = ("test_a_new_store_is_empty",)

    def count(self, records, where, as_of):
        return max(1, super().count(records, where, as_of))


class OneForAll(Wrapped):
    """Every store is the same one."""

    finds = ("test_two_stores_share_nothing",)
    shared = InMemoryStore()

    def __init__(self, custom=None, inner=None):
        super().__init__(inner=self.shared)


class GetsTheFirst(Wrapped):
    finds = ("test_get_returns_the_record_of_the_id",)

    def get(self, records, name):
        records.get(name)
        return records.find()[0]


class GetsNothing(Wrapped):
    """Returns None where it has to say that there is nothing."""

    finds = ("test_get_of_an_unknown_id_is_not_found_and_says_which", "test_what_is_removed_is_gone")

    def get(self, records, name):
        try:
            return records.get(name)
        except NotFound:
            return None


class OneDrawer(Wrapped):
    """Keeps records of all classes together."""

    finds = ("test_an_id_is_of_one_class_only",)

    def get(self, records, name):
        for cls in RECORDS.values():
            if self.inner.repository(cls).exists(field("id") == name):
                return self.inner.repository(cls).get(name)
        raise NotFound.of("record", name)


class FoldsIds(Wrapped):
    finds = ("test_ids_are_told_apart_to_the_last_character",)

    def get(self, records, name):
        folded = {record.id.strip().casefold(): record for record in records.find()}
        return folded[name.strip().casefold()]


class MakesTextsOfIds(Wrapped):
    """Finds '7' by 7, as SQLite does."""

    finds = ("test_what_is_no_id_is_refused_or_not_found",)

    def get(self, records, name):
        return records.get(str(name))


class FindsTwo(Wrapped):
    finds = (
        "test_find_without_a_question_returns_every_record",
        "test_a_limit_beyond_what_is_there_gives_what_is_there",
    )

    def find(self, records, where, *, limit=None, **options):
        return Page(records.find(where, limit=min(limit or 2, 2), **options).records)


class TakesNeverForAlways(Wrapped):
    finds = ("test_NEVER_is_true_of_no_record",)

    def asked(self, where):
        return ALWAYS if where == NEVER else where


class CountsAll(Wrapped):
    finds = ("test_count_is_how_many_there_are",)

    def count(self, records, where, as_of):
        return records.count()


class ExistsAlways(Wrapped):
    finds = ("test_exists_is_whether_there_is_any",)

    def exists(self, records, where, as_of):
        return True


class Remembers(Wrapped):
    """A repository goes on seeing what was there when it was opened."""

    finds = ("test_a_repository_sees_what_is_applied_after_it_was_opened",)

    def repository(self, cls, /):
        then = InMemoryStore()
        for kind, records in self.inner._shelf.records.items():
            then._shelf.records[kind].update(records)
        return Repository(self, then.repository(cls), cls)


class FindsLists(Wrapped):
    finds = ("test_a_page_is_a_sequence_of_its_records",)

    def find(self, records, where, **options):
        return list(records.find(where, **options))


class Lenient(Wrapped):
    """Answers what it does not understand with nothing."""

    finds = (
        "test_questions_about_an_unknown_field_are_refused_even_of_an_empty_store",
        "test_questions_of_another_kind_are_refused_even_of_an_empty_store",
        "test_unknown_fields_behind_a_reference_are_refused",
        "test_undeclared_custom_values_cannot_be_asked",
    )

    def find(self, records, where, **options):
        try:
            return records.find(where, **options)
        except InvalidExpression:
            return Page(())

    def count(self, records, where, as_of):
        return len(self.find(records, where))

    def exists(self, records, where, as_of):
        return bool(self.find(records, where))


class TakesAnyQuestion(Wrapped):
    finds = ("test_what_is_no_question_is_refused",)

    def asked(self, where):
        return where if isinstance(where, Expression) else ALWAYS


class OpensAnything(Wrapped):
    finds = ("test_what_is_no_class_of_records_has_no_repository",)

    def repository(self, cls, /):
        try:
            return super().repository(cls)
        except CrmError:
            return None


class LivePages(Wrapped):
    """A page goes on seeing what becomes of its records."""

    finds = ("test_a_page_taken_before_stays_as_it_was",)

    def find(self, records, where, **options):
        return _LivePage(records, where, options)


@attrs.frozen
class _LivePage:
    finder: object
    where: Expression
    options: dict

    @property
    def records(self):
        return self.finder.find(self.where, **self.options).records

    next = None

    def __len__(self):
        return len(self.records)

    def __iter__(self):
        return iter(self.records)


class LiveRecords(Wrapped):
    """A record that was given out is changed in its place."""

    finds = ("test_a_record_taken_before_stays_as_it_was",)

    def apply(self, change, /):
        taken = {edit.id: self.stored(edit) for edit in change.edits}
        applied = super().apply(change)
        for edit in applied.edits:
            if edit.before is not None and edit.after is not None:
                for spec in type(edit.after).__fields__:
                    object.__setattr__(taken[edit.id], spec, getattr(edit.after, spec))
        return applied


class FollowsNothing(Wrapped):
    """Takes every reference for one to nothing."""

    finds = (
        "test_a_question_follows_a_reference",
        "test_a_reference_is_followed_to_what_is_there_now",
        "test_a_question_follows_a_reference_of_a_reference",
        "test_count_and_exists_follow_references_too",
    )

    def find(self, records, where, **options):
        try:
            return records.find(where, **options) if not _dotted(where) else Page(())
        except TypeError:
            return records.find(where, **options)

    def count(self, records, where, as_of):
        return len(self.find(records, where))


class JoinsInside(Wrapped):
    """Leaves out the records whose reference leads nowhere, as an inner join does."""

    finds = ("test_a_reference_to_nothing_is_missing",)

    def find(self, records, where, **options):
        page = records.find(where, **options)
        for path in _dotted(where):
            name = f"{path.partition('.')[0]}_id"
            there = {record.id for record in self.inner.repository(type(page[0]).__fields__[name].target).find()}
            page = Page([record for record in page if getattr(record, name) in there])
        return page


def _dotted(where):
    return sorted(path for path in where.fields if "." in path) if isinstance(where, Expression) else []


class CrossesClasses(Wrapped):
    """Looks for the history of an id in every class."""

    finds = ("test_history_of_an_unknown_record_is_empty",)

    def history(self, cls, name, /):
        kind_of(cls)
        return tuple(change for each in RECORDS.values() for change in self.inner.history(each, name))
