"""All that is no document of a definition is refused as such, wherever the fault lies."""

import json
import sys
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.errors import InvalidDocument, InvalidPipeline
from crmkit.pipeline import Pipeline, lead_lifecycle
from tests.pipeline.sales import SALES
from tests.pipeline.test_in_json import FULL


def body_of(pipeline):
    """What is written of a pipeline but the fingerprint, which would tell each fault before its place does."""
    return {key: value for key, value in json.loads(pipeline.to_json()).items() if key != "fingerprint"}


def text_of(pipeline):
    return json.dumps(body_of(pipeline), separators=(",", ":"))


def read(body):
    return Pipeline.from_json(json.dumps(body))


def changed(name, value):
    return json.dumps({**body_of(SALES), name: value})


DEEP = '{"not":' * 200 + '{"constant":true}' + "}" * 200

NO_DOCUMENT = {
    "no text": None,
    "no JSON": "{",
    "empty": "",
    "a list": "[]",
    "another kind": '{"format":"crmkit.change","version":1}',
    "another version": changed("version", 2),
    "a key too many": changed("colour", "red"),
    "a key too few": json.dumps({key: value for key, value in body_of(SALES).items() if key != "moves"}),
    "a key twice": text_of(SALES).replace('"revision":1', '"revision":1,"revision":2'),
    "NaN": text_of(SALES).replace('"probability":0.1', '"probability":NaN'),
    "infinity": text_of(SALES).replace('"probability":0.1', '"probability":1e999'),
    "a number of many digits": text_of(SALES).replace('"revision":1', '"revision":' + "9" * 5000),
    "record": changed("record", ["deal"]),
    "stages": changed("stages", {"a": 1}),
    "stages of text": changed("stages", ["a"]),
    "a stage of unknown keys": changed("stages", [{"name": "a", "colour": "red"}]),
    "a stage without a name": changed("stages", [{"kind": "open"}]),
    "a stage of no kind": changed("stages", [{"name": "a", "kind": ["won"]}]),
    "moves": changed("moves", "a -> b"),
    "a move without an end": changed("moves", [{"from_stage": "a"}]),
    "starts": changed("starts", "qualify"),
    "a fingerprint": changed("fingerprint", "0" * 64),
    "a fingerprint that is none": changed("fingerprint", ["a"]),
    "calendar": changed("calendar", "Europe/Berlin"),
    "a calendar that is none": changed("calendar", {"hours": {}}),
    "a guard": changed("stages", [{"name": "a", "when": "amount > 3"}]),
    "a guard of another format": changed("stages", [{"name": "a", "when": {"format": "crmkit.change"}}]),
    "a guard too deep": text_of(SALES).replace('"where":', f'"where":{DEEP},"more":', 1),
}


@pytest.mark.parametrize("text", NO_DOCUMENT.values(), ids=NO_DOCUMENT)
def test_what_is_no_such_document_is_refused_as_one(text):
    with pytest.raises(InvalidDocument) as caught:
        Pipeline.from_json(text)
    assert caught.value.document.startswith("crmkit.")
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(
    ("place", "at"),
    [
        (["stages", 1, "probability"], "stages[1]: "),
        (["stages", 3, "when"], "stages[3].when: "),
        (["moves", 0, "to_stage"], "moves[0]: "),
    ],
)
def test_where_the_fault_lies_is_said(place, at):
    body = inner = body_of(SALES)
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = [5]
    with pytest.raises(InvalidDocument) as caught:
        read(body)
    assert f"not a crmkit.pipeline document: {at}" in str(caught.value)
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("name", 5, "invalid_name"),
        ("name", "\ud800", "invalid_name"),
        ("revision", 0, "invalid_version"),
        ("revision", 10**30, "invalid_version"),
        ("revision", True, "invalid_version"),
        ("record", "deals", "unknown_record"),
        ("stages", [], "no_open_stage"),
        ("starts", [], "no_start"),
        ("starts", [["qualify"]], "invalid_argument"),
        ("starts", ["qualifi"], "unknown_stage"),
        ("moves", [], "unreachable_stage"),
    ],
)
def test_a_document_of_a_definition_that_cannot_work_is_an_invalid_pipeline(name, value, code):
    with pytest.raises(InvalidPipeline) as caught:
        Pipeline.from_json(changed(name, value))
    assert caught.value.code == code


def test_a_document_nested_as_deep_as_python_can_read_is_refused():
    for depth in range(100, sys.getrecursionlimit() + 500, 50):
        for name, head in [("calendar", '"calendar":'), ("when", '"when":')]:
            nested = head + "[" * depth + "]" * depth
            text = (
                text_of(FULL).replace('"calendar":{', nested + ',"x":{', 1) if name == "calendar" else _guarded(nested)
            )
            with pytest.raises(InvalidDocument):
                Pipeline.from_json(text)


def _guarded(nested):
    return text_of(SALES).replace('"name":"qualify"', f'"name":"qualify",{nested}')


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.sampled_from(["won", "amount", 2**64])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@st.composite
def spoilt(draw):
    """Draw the body of a document with one to three faults in it."""
    body = deepcopy(draw(st.sampled_from([body_of(FULL), body_of(SALES), body_of(lead_lifecycle)])))
    for _ in range(draw(st.integers(1, 3))):
        inner = body
        while True:
            places = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
            if not places:
                break
            place = draw(st.sampled_from(places))
            deeper = isinstance(inner[place], dict | list) and draw(st.booleans())
            if not deeper:
                _spoil(draw, inner, place)
                break
            inner = inner[place]
    return body


def _spoil(draw, inner, place):
    how = draw(st.sampled_from(["other", "gone", "more"]))
    if how == "other":
        inner[place] = draw(ANYTHING)
    elif how == "gone":
        del inner[place]
    elif isinstance(inner, dict):
        inner[draw(st.text(max_size=4) | st.sampled_from(["when", "requires", "label"]))] = draw(ANYTHING)
    else:
        inner.append(draw(ANYTHING))


@given(spoilt())
def test_a_document_that_was_tampered_with_is_a_definition_or_refused(body):
    try:
        pipeline = read(body)
    except (InvalidDocument, InvalidPipeline):
        return
    assert Pipeline.from_json(pipeline.to_json()) == pipeline
    assert pipeline.fingerprint()
    assert pipeline.to_mermaid()


@given(st.sampled_from([text_of(FULL), text_of(SALES)]), st.data())
def test_a_text_that_was_cut_or_scrambled_is_a_definition_or_refused(text, data):
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    try:
        Pipeline.from_json(text[:start] + data.draw(st.text(max_size=5)) + text[end:])
    except (InvalidDocument, InvalidPipeline):
        return
