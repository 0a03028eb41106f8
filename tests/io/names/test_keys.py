"""Words are the same whatever their case, accents, punctuation and the order of their parts."""

from __future__ import annotations

import pytest

from crmkit.io._names._keys import bag_key, name_keys, parts_of, spellings, word_key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Deal - Stage", "dealstage"),
        ("Étape du deal", "etapedudeal"),
        ("E\u0301tape", "etape"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("n.º de pedido", "nodepedido"),
        ("%", "%"),
        ("Name *", "name"),
    ],
)
def test_case_accents_and_punctuation_do_not_matter(text, key):
    assert word_key(text) == key


def test_small_words_and_the_order_do_not_matter_to_a_bag():
    assert parts_of("Date de création de l'affaire") == ["date", "creation", "affaire"]
    assert parts_of("E\u0301tape") == ["etape"]
    assert bag_key(parts_of("Date Closed")) == bag_key(parts_of("closed date")) == "closed date"


def test_umlauts_may_be_written_with_an_e():
    assert spellings(["Währung", "Land"]) == ["Währung", "waehrung", "Land"]
    assert name_keys("Währung") == ("wahrung", "waehrung")
    assert name_keys("close date") == ("closedate", "close date")
