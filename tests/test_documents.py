import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit import _documents
from crmkit.errors import InvalidDocument

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
keys = st.text().filter(lambda name: name not in ("format", "version"))


@given(st.dictionaries(keys, values, max_size=4))
def test_a_document_comes_back_as_it_went(body):
    assert _documents.load("thing", _documents.dump("thing", body)) == body
    assert _documents.load("thing", _documents.dump("thing", body, version=3), version=3) == body


def test_a_document_says_what_it_is():
    assert _documents.dump("thing", {"größe": 1}) == '{"format":"crmkit.thing","version":1,"größe":1}'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Expecting value"),
        ("{", "Expecting property name"),
        ("[1]", "expected an object, found"),
        ("null", "expected an object, found None"),
        ("{}", "its 'format' says otherwise"),
        ('{"format":"crmkit.other","version":1}', "its 'format' says otherwise"),
        ('{"format":"crmkit.thing"}', "its version is None, this crmkit reads 1"),
        ('{"format":"crmkit.thing","version":2}', "its version is 2, this crmkit reads 1"),
        ('{"format":"crmkit.thing","version":true}', "its version is True"),
        ('{"format":"crmkit.thing","version":1,"a":NaN}', "NaN is not a number"),
        ('{"format":"crmkit.thing","version":1,"a":-Infinity}', "-Infinity is not a number"),
        ('{"format":"crmkit.thing","version":1,"a":{"b":1,"b":2}}', "the key 'b' stands twice"),
        ('{"a":' * 100_000, "nest|depth|recursion"),
        ('{"format":"crmkit.thing","version":1,"a":' + "9" * 10_000 + "}", "Exceeds the limit"),
    ],
)
def test_what_is_no_document_is_refused(text, reason):
    with pytest.raises(InvalidDocument, match=reason) as caught:
        _documents.load("thing", text)
    assert str(caught.value).startswith("not a crmkit.thing document: ")
    assert caught.value.document == "crmkit.thing"


def test_what_is_no_json_is_not_written():
    with pytest.raises(ValueError, match="Out of range"):
        _documents.dump("thing", {"a": float("nan")})
    assert json.loads(_documents.dump("thing", {"a": sys.float_info.max}))["a"] == sys.float_info.max


def test_what_is_no_text_is_no_document():
    with pytest.raises(InvalidDocument, match="not a crmkit"):
        _documents.load("record", None)
