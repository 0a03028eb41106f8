"""What holds of every definition, every deal and every walk through the stages."""

from copy import deepcopy
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.errors import MoveRefused
from crmkit.pipeline import Pipeline, replay
from crmkit.records import evolve
from tests.pipeline.sales import DAY, NOW, after, rows
from tests.pipeline.strategies import deals, definitions, fewer

spans = st.sampled_from([timedelta(0), DAY / 4, DAY, 30 * DAY, -DAY])
reasons = st.sampled_from([None, "price", "timing", "other"])
values = st.sampled_from([None, {"amount": 12}, {"currency": "EUR", "owner_id": "ana"}, {"probability": 0.25}])
walks = st.lists(st.tuples(st.integers(0, 8), spans, reasons, values), max_size=12)


def placed(pipeline, deal, stage, at):
    """The deal in a stage, whatever led it there."""
    found = pipeline.stage(stage)
    return evolve(
        deal,
        pipeline=pipeline.name,
        pipeline_version=pipeline.version,
        stage=stage,
        stage_entered_at=at,
        status=found.kind if found.is_final else "open",
        closed_at=at if found.is_final else None,
    )


def steps(pipeline, deal, walk):
    """Make each move of a walk that is allowed; yield what was asked and the Change, None where it was refused."""
    at, history = NOW, []
    for number, span, reason, said in walk:
        at += span
        to = pipeline.names[number % len(pipeline.names)]
        filled = evolve(deal, **(said or {}))
        decision = pipeline.check(filled, to=to, as_of=at, reason=reason)
        kept = deepcopy(deal)
        try:
            change = pipeline.move(deal, to=to, at=at, by="ana", reason=reason, values=said)
        except MoveRefused as fault:
            assert fault.unmet == decision.unmet  # noqa: PT017  # both ways are lawful
            assert not decision
            change = None
        else:
            assert decision
        assert deal == kept
        yield deal, to, at, change
        if change is not None:
            deal = after(change)
            history += rows(change)


@fewer
@given(definitions(), deals(NOW), st.data())
def test_check_says_what_move_does_from_every_stage_to_every_other(pipeline, deal, data):
    reason, said = data.draw(reasons), data.draw(st.sampled_from([-DAY, DAY]))
    for stage in pipeline.names:
        there = placed(pipeline, deal, stage, NOW)
        for to in pipeline.names:
            decision = pipeline.check(there, to=to, as_of=NOW + said, reason=reason)
            if decision:
                assert after(pipeline.move(there, to=to, at=NOW + said, by="ana", reason=reason)).stage == to
            else:
                with pytest.raises(MoveRefused) as caught:
                    pipeline.move(there, to=to, at=NOW + said, by="ana", reason=reason)
                assert caught.value.unmet == decision.unmet
                assert caught.value.code == decision.unmet[0].code


@fewer
@given(definitions(), deals(NOW))
def test_options_are_what_check_allows_but_for_the_reason(pipeline, deal):
    for stage in [None, *pipeline.names]:
        there = evolve(deal, stage=stage, stage_entered_at=NOW)
        options = {option.to: option.unmet for option in pipeline.options(there, as_of=NOW)}
        assert list(options) == [name for name in pipeline.names if name in options]
        for to in pipeline.names:
            unmet = pipeline.check(there, to=to, as_of=NOW).unmet
            if to in options:
                assert options[to] == tuple(each for each in unmet if each.code != "missing_reason")
            else:
                assert unmet[0].code in ("already_there", "no_such_move", "closed", "wrong_start")


@fewer
@given(definitions(), deals(NOW), walks)
def test_any_walk_leaves_a_deal_that_agrees_with_its_stage(pipeline, deal, walk):
    for before, to, at, change in steps(pipeline, deal, walk):
        if change is None:
            continue
        moved, stage = after(change), pipeline.stage(to)
        assert moved.version == before.version + 1
        assert (moved.stage, moved.stage_entered_at) == (to, at)
        assert (moved.pipeline, moved.pipeline_version) == (pipeline.name, pipeline.version)
        assert moved.status == (stage.kind if stage.is_final else "open")
        assert (moved.closed_at is not None) == stage.is_final
        assert stage.kind == "lost" or moved.lost_reason is None


@fewer
@given(definitions(), deals(NOW), walks)
def test_the_rows_of_any_walk_follow_one_another_and_replay(pipeline, deal, walk):
    history, last = [], deal
    for before, to, at, change in steps(pipeline, deal, walk):
        if change is None:
            continue
        row, *fields = rows(change)
        assert (row.from_stage, row.to_stage, row.changed_at) == (before.stage, to, at)
        held = None if before.stage_entered_at is None else (at - before.stage_entered_at) / DAY
        assert row.days_in_stage == held
        last = after(change)
        assert row.probability == (None if last.probability == before.probability else last.probability)
        assert {each.field for each in fields} == {
            name
            for name in ("amount", "currency", "probability")
            if getattr(last, name) != getattr(before, name)
            and not (name == "probability" and row.probability is not None)
        }
        history += [row, *fields]
    state = replay(history, pipeline=pipeline) if history else {}
    assert {name: getattr(last, name) for name in state} == dict(state)


@fewer
@given(definitions())
def test_a_definition_that_was_written_down_is_the_same(pipeline):
    text = pipeline.to_json()
    again = Pipeline.from_json(text)
    assert again == pipeline
    assert (again.to_json(), again.fingerprint()) == (text, pipeline.fingerprint())
    assert hash(again) == hash(pipeline)
