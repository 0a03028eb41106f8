"""Questions that follow a reference: "company.country" of a deal."""

from __future__ import annotations

from typing import Any

from crmkit.errors import InvalidExpression, UnknownField
from crmkit.expressions import field
from crmkit.testing._acts import added, edited, gone, refusal
from crmkit.testing._declared import Declared, OpenStore, first

__all__ = ["ReferenceChecks"]


class ReferenceChecks(Declared):
    """A dotted field is the field of the record that a reference names."""

    def test_a_question_follows_a_reference(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, reference, target, text = self._reference
        added(store, *(self._kept.bare(target, name, **{text: f"text {name}"}) for name in ("x", "y")))
        ids = [(f"{n}", each) for n, each in enumerate(["x", "y", "x", "y"])]
        added(store, *(self._pointing(cls, name, reference, each) for name, each in ids))
        asked = field(f"{reference.removesuffix('_id')}.{text}")
        repository = store.repository(cls)
        for question, expected in (
            (asked == "text x", ["0", "2"]),
            (asked != "text x", ["1", "3"]),
            (asked.endswith("y"), ["1", "3"]),
            (asked.present(), ["0", "1", "2", "3"]),
            ((asked == "text x") & (field("id") == "2"), ["2"]),
            ((asked == "text x") | (field("id") == "1"), ["0", "1", "2"]),
        ):
            found = [record.id for record in repository.find(question) if record.id not in ("x", "y")]
            assert found == expected, str(question)

    def test_a_reference_to_nothing_is_missing(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, reference, target, text = self._reference
        added(store, self._kept.bare(target, "x", **{text: "text"}), self._kept.bare(target, "y"))
        for name, each in (("1", "x"), ("2", "nobody"), ("3", None), ("4", "y")):
            added(store, self._pointing(cls, name, reference, each))
        asked = field(f"{reference.removesuffix('_id')}.{text}")
        repository = store.repository(cls)
        for question, expected in (
            (asked == "text", ["1"]),
            (~(asked == "text"), ["2", "3", "4"]),
            (asked.missing(), ["2", "3", "4"]),
            (asked.present(), ["1"]),
            (asked < "z", ["1"]),
            (~(asked < "z"), ["2", "3", "4"]),
        ):
            found = [record.id for record in repository.find(question) if record.id not in ("x", "y")]
            assert found == expected, str(question)

    def test_a_reference_is_followed_to_what_is_there_now(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, reference, target, text = self._reference
        (referred,) = added(store, self._kept.bare(target, "x", **{text: "before"}))
        added(store, self._pointing(cls, "1", reference, "x"))
        repository, asked = store.repository(cls), field(f"{reference.removesuffix('_id')}.{text}")
        mine = field("id") == "1"
        assert repository.count(mine & (asked == "before")) == 1
        referred = edited(store, referred, **{text: "after"})
        assert (repository.count(mine & (asked == "before")), repository.count(mine & (asked == "after"))) == (0, 1)
        gone(store, referred)
        assert repository.count(mine & asked.missing()) == 1

    def test_a_question_follows_a_reference_of_a_reference(self, open_store: OpenStore) -> None:
        cls, one, target, other, last, text = self._chain
        store = open_store()
        added(store, self._kept.bare(last, "end", **{text: "far"}))
        added(store, self._pointing(target, "middle", other, "end"), self._pointing(target, "loose", other, "nobody"))
        added(store, *(self._pointing(cls, name, one, each) for name, each in (("1", "middle"), ("2", "loose"))))
        asked = field(f"{one.removesuffix('_id')}.{other.removesuffix('_id')}.{text}")
        rest = field("id").isin("1", "2")
        repository = store.repository(cls)
        assert [record.id for record in repository.find(rest & (asked == "far"))] == ["1"]
        assert [record.id for record in repository.find(rest & asked.missing())] == ["2"]

    def test_count_and_exists_follow_references_too(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, reference, target, text = self._reference
        added(store, self._kept.bare(target, "x", **{text: "here"}))
        added(store, self._pointing(cls, "1", reference, "x"))
        repository, asked = store.repository(cls), field(f"{reference.removesuffix('_id')}.{text}")
        assert (repository.count(asked == "here"), repository.exists(asked == "here")) == (1, True)
        assert (repository.count(asked == "there"), repository.exists(asked == "there")) == (0, False)

    def test_pages_of_a_question_that_follows_a_reference_fit_together(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, reference, target, text = self._reference
        added(store, *(self._kept.bare(target, name, **{text: name}) for name in ("x", "y")))
        added(store, *(self._pointing(cls, f"{n}", reference, "xxy"[n % 3]) for n in range(9)))
        repository, question = store.repository(cls), field(f"{reference.removesuffix('_id')}.{text}") == "x"
        pages = [repository.find(question, order_by="-id", limit=4)]
        pages.append(repository.find(question, order_by="-id", limit=4, after=pages[0].next))
        assert [[record.id for record in page] for page in pages] == [["7", "6", "4", "3"], ["1", "0"]]
        assert pages[1].next is None

    def test_unknown_fields_behind_a_reference_are_refused(self, open_store: OpenStore) -> None:
        cls, reference, _, text = self._reference
        repository = open_store().repository(cls)
        head = reference.removesuffix("_id")
        for path in (f"{head}.nonsense", f"nonsense.{text}", f"{head}.{text}.{text}", f"{reference}.{text}"):
            refusal(UnknownField, repository.find, field(path) == "x")
        refusal(InvalidExpression, repository.find, field(f"{head}.{text}") == 7)

    @property
    def _reference(self) -> tuple[type, str, type, str]:
        """A reference between classes that the store keeps, and a text of the one it refers to."""
        texts = {cls: spec.name for cls, spec in reversed([*self._kept.specs("text", nullable=True)])}
        found = (
            (cls, spec.name, target, texts[target])
            for cls, spec, target in self._kept.references()
            if target in texts and cls is not target
        )
        return first(found, "reference to a class that it keeps")

    @property
    def _chain(self) -> tuple[type, str, type, str, type, str]:
        texts = {cls: spec.name for cls, spec in reversed([*self._kept.specs("text", nullable=True)])}
        references = [*self._kept.references()]
        found = (
            (cls, one.name, target, other.name, last, texts[last])
            for cls, one, target in references
            for owner, other, last in references
            if owner is target and last in texts
        )
        return first(found, "reference of a reference")

    def _pointing(self, cls: type, name: str, reference: str, target: str | None) -> Any:
        return self._kept.bare(cls, name, **{reference: target})
