"""Whatever was done to a deal, its history tells where it is."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from crmkit.errors import InvalidArgument, MoveRefused
from crmkit.pipeline import Pipeline, replay, revise_deal, time_spent
from tests.pipeline.sales import DAY, NOW, after, rows
from tests.pipeline.strategies import deals, definitions, fewer

spans = st.sampled_from([timedelta(0), DAY / 4, DAY, 30 * DAY, -DAY])
acts = st.lists(
    st.tuples(st.just("move"), spans, st.tuples(st.integers(0, 8), st.sampled_from([None, "price", "timing"])))
    | st.tuples(
        st.just("revise"), spans, st.dictionaries(st.sampled_from(["amount", "probability"]), st.sampled_from([0, 1]))
    )
    | st.tuples(st.just("migrate"), spans, st.none()),
    max_size=10,
)


def next_version(pipeline):
    names = ("name", "stages", "moves", "starts", "record", "calendar", "custom")
    return Pipeline(**{name: getattr(pipeline, name) for name in names}, version=pipeline.version + 1)


def act_on(deal, versions, history, at, act):
    """The Change of an act, or None where it is refused."""
    what, _, said = act
    pipeline = versions[-1]
    try:
        if what == "move":
            to = pipeline.names[said[0] % len(pipeline.names)]
            return pipeline.move(deal, to=to, at=at, by="ana", reason=said[1], history=history)
        if what == "revise":
            return revise_deal(deal, at=at, by="ana", history=history, **said)
        change = next_version(pipeline).migrate(deal, stages={}, at=at, by="ana")
    except (MoveRefused, InvalidArgument):
        return None
    versions.append(next_version(pipeline))
    return change


@fewer
@given(definitions(), deals(NOW), acts)
def test_any_acts_are_told_by_the_rows_and_replay(pipeline, deal, done):
    try:
        start = pipeline.start(deal, at=NOW, by="ana", reason="price")
    except MoveRefused:
        return
    deal, history, versions, at = after(start), rows(start), [pipeline], NOW
    for act in done:
        at += act[1]
        change = act_on(deal, versions, history, at, act)
        if change is None:
            continue
        moved = after(change)
        assert (moved.version, moved.updated_at) == (deal.version + 1, at)
        assert all(row.changed_at == at for row in rows(change))
        deal, history = moved, [*history, *rows(change)]
    assert len({(type(row), row.id) for row in history}) == len(history)
    state = replay(reversed(history), pipeline=versions)
    assert {name: getattr(deal, name) for name in state} == dict(state)
    now = deal.updated_at + DAY
    assert sum(time_spent(history, as_of=now).values(), timedelta(0)) == now - NOW
    assert deal.stage_entered_at <= deal.updated_at
