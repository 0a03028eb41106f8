"""Definitions drawn at random, all of which can work, and deals that walk through them."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from crmkit.calendars import BusinessCalendar
from crmkit.expressions import ALWAYS, field
from crmkit.pipeline import Move, Pipeline, Stage
from crmkit.records import Deal

GUARDS = [
    field("amount") > 5,
    field("amount").present() | field("owner_id").present(),
    ~field("product").isin("pilot", "demo"),
    field("created_at").within(days=40),
    field("currency") == "EUR",
]
FIELDS = ("amount", "currency", "owner_id", "company_id")
NAMES = ("new", "demo", "offer", "talks", "wait", "won", "lost", "void", "żółty")

# A definition takes long to draw.
fewer = settings(max_examples=50, deadline=None)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=8).filter(
    str.strip
)
guards = st.none() | st.sampled_from(GUARDS)
required = st.lists(st.sampled_from(FIELDS), unique=True, max_size=2)


@st.composite
def stages(draw: st.DrawFn, name: str, kind: str) -> Stage:
    """Draw a stage of this name and kind."""
    said: dict[str, Any] = {"requires": draw(required), "when": draw(guards)}
    if kind in ("open", "on_hold"):
        rots = draw(st.sampled_from([None, "rots_after_days", "rots_after_business_days"]))
        said |= {rots: draw(st.integers(1, 60))} if rots else {}
        said["requires_on_exit"] = draw(required)
    else:
        said["reasons"] = draw(st.sampled_from([(), ("price", "timing")]))
        said["needs_reason"] = draw(st.booleans())
    if draw(st.booleans()):
        said["label"] = draw(texts)
    if draw(st.booleans()):
        said["probability"] = draw(st.none() | st.floats(0, 1))
    return Stage(name, kind=kind, **said)


@st.composite
def moves(draw: st.DrawFn, found: list[Stage]) -> list[Move] | None:
    """Draw moves that lead everywhere and out of everywhere, or None for the customary ones."""
    if draw(st.booleans()):
        return None
    going, ends = [each.name for each in found if not each.is_final], [each.name for each in found if each.is_final]
    ways = [*pairwise(going), *((going[-1], end) for end in ends)]
    names = [each.name for each in found]
    more = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=6))
    pairs = dict.fromkeys([*ways, *((one, other) for one, other in more if one != other)])
    return [Move(*pair, when=draw(guards), requires=draw(required)) for pair in pairs]


@st.composite
def definitions(draw: st.DrawFn) -> Pipeline:
    """Draw a pipeline of deals."""
    names = draw(st.permutations(NAMES))
    kinds = ["open", *draw(st.lists(st.sampled_from(["open", "on_hold"]), max_size=3))]
    kinds += draw(st.lists(st.sampled_from(["won", "lost"]), min_size=1, max_size=3))
    found = [draw(stages(name, kind)) for name, kind in zip(names, kinds, strict=False)]
    ways = draw(moves(found))
    rules = st.sampled_from([None, ALWAYS, field("owner_id").present()])
    return Pipeline(
        draw(texts),
        stages=found,
        moves=ways,
        reopen=draw(rules) if ways is None else None,
        starts=draw(st.sampled_from([None, (found[0].name,)])),
        version=draw(st.integers(1, 9)),
        calendar=BusinessCalendar(timezone=draw(st.sampled_from(["UTC", "Asia/Tokyo"]))),
    )


def deals(created_at: Any) -> st.SearchStrategy[Deal]:
    """Draw deals in no stage yet, some of whose fields are filled in."""
    return st.builds(
        Deal,
        id=texts,
        amount=st.none() | st.sampled_from([Decimal(3), Decimal("900.50")]),
        currency=st.sampled_from([None, "EUR", "CHF"]),
        owner_id=st.sampled_from([None, "ana"]),
        company_id=st.sampled_from([None, "c1"]),
        product=st.sampled_from([None, "pilot", "suite"]),
        probability=st.none() | st.floats(0, 1),
        created_at=st.just(created_at),
    )
