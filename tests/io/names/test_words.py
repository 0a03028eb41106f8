"""The words for values are known in five languages."""

from __future__ import annotations

import pytest

from crmkit.io._files import header_key
from crmkit.io._names import FLAGS, LOST, OPEN, STATUS, TRUTHS, WON, choice_words, word_key
from crmkit.records import RECORDS, fields_of


@pytest.mark.parametrize(
    ("word", "flag"),
    [
        *[(word, True) for word in ("yes", "Ja", "OUI", "sí", "sim", "wahr", "1")],
        *[(word, False) for word in ("no", "Nein", "non", "não", "nao", "faux", "0")],
    ],
)
def test_true_and_false_are_known(word, flag):
    assert FLAGS[header_key(word)] is TRUTHS[header_key(word)] is FLAGS[word_key(word)] is flag


def test_on_and_off_are_flags_but_not_truths():
    assert (FLAGS["aktiv"], FLAGS["inactive"], {"aktiv", "inactive"} & TRUTHS.keys()) == (True, False, set())


@pytest.mark.parametrize(
    ("word", "status"),
    [
        *[(word, "won") for word in ("Closed Won", "gewonnen", "Geschlossen gewonnen", "gagné", "Ganado", "ganho")],
        *[(word, "lost") for word in ("Closed Lost", "verloren", "perdu", "PERDIDO", "Fermé perdu")],
        *[(word, "open") for word in ("open", "offen", "En cours", "abierto", "em andamento")],
    ],
)
def test_how_a_deal_stands_is_known(word, status):
    assert (
        STATUS[header_key(word)] == STATUS[word_key(word)] == choice_words("deal", "status")[header_key(word)] == status
    )


def test_won_lost_and_open_are_three_things():
    assert len(WON | LOST | OPEN) == len(WON) + len(LOST) + len(OPEN)
    assert len(STATUS) == len(WON) + len(LOST) + len(OPEN)


@pytest.mark.parametrize(
    ("record", "field", "word", "value"),
    [
        ("ticket", "status", "gelöst", "solved"),
        ("ticket", "status", "geloest", "solved"),
        ("ticket", "priority", "élevée", "high"),
        ("order", "status", "Bezahlt", "paid"),
        ("subscription", "interval", "mensuel", "month"),
        ("subscription", "status", "past_due", "past_due"),
        ("lead", "status", "No contactado", "new"),
        ("activity", "kind", "Reunião", "meeting"),
        ("survey_response", "kind", "Kundenzufriedenheit", "csat"),
    ],
)
def test_the_words_for_a_choice_are_known(record, field, word, value):
    words = choice_words(record, field)
    assert words[header_key(word)] == words[word_key(word)] == value


def test_a_value_means_itself():
    for record, cls in RECORDS.items():
        for field, spec in fields_of(cls).items():
            for choice in spec.choices or ():
                assert choice_words(record, field)[header_key(choice)] == choice


def test_a_column_named_for_a_value_says_true_or_false_of_it_and_no_other_column_does():
    assert {word: choice_words("subscription", "status", "Churn")[word] for word in ("yes", "no", "trial")} == {
        "yes": "cancelled",
        "no": "active",
        "trial": "trialing",
    }
    assert choice_words("subscription", "status", "Subscription - Active")["ja"] == "active"
    assert choice_words("subscription", "status", "Ist gekündigt")["ja"] == "cancelled"
    for header in (None, "Status", "Churn reason"):
        assert "yes" not in choice_words("subscription", "status", header)


def test_a_field_without_a_choice_has_no_words():
    assert choice_words("deal", "name") == choice_words("deal", "seats") == {}
