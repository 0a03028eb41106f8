"""Questions of any kind: joined, about what is missing, and those that cannot be asked."""

from __future__ import annotations

from datetime import datetime

from crmkit.errors import CrmError, InvalidExpression, UnknownField
from crmkit.expressions import ALWAYS, all_of, any_of, field
from crmkit.testing._acts import added, refusal
from crmkit.testing._declared import Declared, OpenStore
from crmkit.testing._kept import nth
from crmkit.testing._store._comparing import same

__all__ = ["AskingChecks"]


class AskingChecks(Declared):
    """What a question is true of is found, and nothing else; what is no question is refused."""

    def test_a_comparison_with_what_is_missing_is_false(self, open_store: OpenStore) -> None:
        for cls, specs in self._kept.by_class.items():
            store = open_store()
            added(store, self._kept.bare(cls, "1"))
            for spec in specs:
                if spec.nullable and spec.kind not in ("tags", "flag"):
                    asked, value = field(spec.name), nth(spec, 0)
                    question = any_of(asked == value, asked < value, asked >= value, asked.isin(value), asked == asked)
                    assert store.repository(cls).count(question) == 0, str(question)

    def test_what_is_missing_is_asked_for(self, open_store: OpenStore) -> None:
        for cls, specs in self._kept.by_class.items():
            store = open_store()
            added(store, self._kept.bare(cls, "1"), self._kept.filled(cls, "2"))
            for spec in specs:
                missing = ["1"] if spec.nullable else []
                question = field(spec.name).missing()
                if spec.kind != "tags":
                    assert [record.id for record in store.repository(cls).find(question)] == missing, spec.name
                    assert store.repository(cls).count(~question) == 2 - len(missing), spec.name

    def test_not_equal_includes_the_missing(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        added(
            store,
            *(self._kept.bare(cls, name, **{text: value}) for name, value in zip("123", ("a", "b", None), strict=True)),
        )
        repository = store.repository(cls)
        assert [record.id for record in repository.find(field(text) != "a")] == ["2", "3"]
        assert [record.id for record in repository.find((field(text) != "a") & field(text).present())] == ["2"]

    def test_an_empty_text_is_not_missing(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        added(store, self._kept.bare(cls, "1", **{text: ""}), self._kept.bare(cls, "2"))
        repository = store.repository(cls)
        assert [record.id for record in repository.find(field(text) == "")] == ["1"]
        assert [record.id for record in repository.find(field(text).present())] == ["1"]
        assert [record.id for record in repository.find(field(text).missing())] == ["2"]

    def test_questions_are_joined_by_and_or_and_not(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        values = ["a", "b", "ab", "", None]
        records = added(store, *(self._kept.bare(cls, f"{n}", **{text: value}) for n, value in enumerate(values)))
        asked = field(text)
        one, other, third = asked.contains("a"), asked.contains("b"), asked.missing()
        for question in (
            one & other,
            one | other,
            ~(one & other),
            ~(one | other),
            ~one & ~other,
            (one | third) & ~other,
            any_of(all_of(one, other), all_of(~one, ~third)),
            all_of(),
            any_of(),
            ~~one,
        ):
            same(store.repository(cls), records, question)

    def test_relative_questions_without_as_of_are_refused(self, open_store: OpenStore) -> None:
        cls, spec = self._field("instant", "date")
        store = open_store()
        added(store, self._kept.filled(cls, "1"))
        repository, question = store.repository(cls), field(spec.name).within(days=30)
        for ask in (repository.find, repository.count, repository.exists):
            for wrong in ({}, {"as_of": None}, {"as_of": datetime(2017, 1, 1)}, {"as_of": "2017-01-01"}):  # noqa: DTZ001
                refusal(CrmError, ask, question, **wrong)

    def test_questions_about_an_unknown_field_are_refused_even_of_an_empty_store(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls in self.records:
            repository = store.repository(cls)
            for ask in (repository.find, repository.count, repository.exists):
                for unknown in ("nonsense", "id.nonsense", "custom"):
                    refused = refusal(UnknownField, ask, field(unknown) == "x")
                    assert refused.field == unknown.partition(".")[0] or refused.field == unknown

    def test_questions_of_another_kind_are_refused_even_of_an_empty_store(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls, specs in self._kept.by_class.items():
            repository = store.repository(cls)
            for spec in specs:
                question = field(spec.name) == ("x" if spec.kind not in ("text", "id", "choice") else 7)
                for ask in (repository.find, repository.count, repository.exists):
                    refusal(InvalidExpression, ask, question)

    def test_what_is_no_question_is_refused(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        added(store, self._kept.bare(cls, "1", **{text: "x"}))
        repository = store.repository(cls)
        for ask in (repository.find, repository.count, repository.exists):
            for wrong in (None, text, f"{text} == 'x'", True, {text: "x"}, ALWAYS.to_json(), field(text), [ALWAYS]):
                refusal(CrmError, ask, wrong)

    def test_text_from_outside_is_a_value_and_never_code(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        hostile = ["' OR '1'='1", "x'; DROP TABLE deals; --", "%' OR 1=1 --", '" OR ""="', "{0}", "%s", ":x", "$1", "?"]
        records = added(store, *(self._kept.bare(cls, f"{n}", **{text: value}) for n, value in enumerate(hostile)))
        repository = store.repository(cls)
        for record, value in zip(records, hostile, strict=True):
            assert list(repository.find(field(text) == value)) == [record]
            assert list(repository.find(field(text).contains(value))) == [
                each for each in records if value in getattr(each, text)
            ]
            assert repository.count(field("id") == value) == 0
            refusal(CrmError, repository.find, order_by=value)
        assert repository.count() == len(hostile)
