"""The headers of a file speak one language besides English, and a whole name says more than a part of one."""

from __future__ import annotations

from crmkit.io._guess._heard import heard, read_headers, speaks_of
from crmkit.io._names import readings
from crmkit.records import RECORDS, fields_of
from tests.io.guessed import guessed, headers_only


def fits(record, *headers):
    return heard(read_headers(headers), record, fields_of(RECORDS[record]))


def test_the_language_is_the_one_that_most_headers_speak_and_english_where_there_is_nothing_to_choose():
    assert fits("deal", "Betrag", "Phase", "Montant").language == "de"
    assert fits("deal", "Amount", "Stage").language == "en"
    assert fits("deal").language == "en"


def test_english_counts_in_every_file_and_a_third_language_in_none():
    found = fits("deal", "Betrag", "Verlustgrund", "Close Date", "Montant").fits
    assert found == {
        "Betrag": {"amount": 0.98},
        "Verlustgrund": {"lost_reason": 0.98},
        "Close Date": {"closed_at": 0.92},
    }


def test_a_word_of_the_language_comes_before_the_same_word_in_english():
    assert fits("survey_response", "Note", "Répondu le").fits["Note"] == {"score": 0.98}
    assert fits("survey_response", "Note").fits["Note"].keys() == {"comment"}


def test_a_field_that_the_header_names_as_a_whole_comes_before_one_that_a_part_names():
    whole = fits("user", "Username").fits["Username"]
    assert whole["id"] > whole["name"]


def test_only_the_words_for_the_record_are_taken_off_its_fields():
    assert fits("deal", "Deal owner").fits["Deal owner"].keys() == {"owner_id"}
    assert fits("deal", "Ticket owner").fits == {}


def test_fields_that_are_not_asked_for_are_not_heard():
    assert heard(read_headers(["Amount", "Value"]), "deal", ["stage"]).fits == {}
    assert heard(read_headers(["Seats", "deal_seats"]), "deal", ["seats"]).fits.keys() == {"Seats", "deal_seats"}


def test_a_word_for_the_record_stands_before_behind_or_alone():
    for header in ("Deal owner", "Deal", "Owner of the deal", "hs_deal_stage"):
        assert speaks_of(readings(header), "deal", "en"), header
    assert speaks_of(readings("Geschäftswert"), "deal", "de")
    assert not speaks_of(readings("Geschäftswert"), "deal", "fr")
    assert not speaks_of(readings("Owner"), "deal", "en")


def test_what_a_line_comes_to_is_not_taken_for_the_price_of_a_unit():
    named = fits("line_item", "Amount", "Unit price").fits
    assert named == {"Amount": {"amount": 0.92}, "Unit price": {"amount": 0.92}}
    assert fits("line_item", "Amount", "Quantity").fits["Amount"] == {"amount": 1.0}
    assert fits("deal", "Amount", "Value").fits["Amount"] == {"amount": 1.0}
    both = guessed(headers_only("Quote ID", "Quantity", "Unit price", "Amount"), "line_item")
    assert both.open == {"amount": ("Amount", "Unit price")}
    assert guessed(headers_only("id", "quantity", "amount"), "line_item").columns["amount"] == "amount"
