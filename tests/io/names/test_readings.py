"""A header is read as it stands, and without what exports put around names."""

from __future__ import annotations

import pytest

from crmkit.io._names import readings


def ways(header: str) -> dict[str, float]:
    return {way.key: round(way.fit, 3) for way in readings(header)}


@pytest.mark.parametrize(
    ("header", "key", "fit"),
    [
        ("Close Date", "closedate", 1.0),
        ("Date Close", "close date", 0.95),
        ("Betrag (EUR)", "betrag", 1.0),
        ("Betrag [eur] *", "betrag", 1.0),
        ("Created (UTC)", "created", 1.0),
        ("Owner (main)", "owner", 0.92),
        ("property_amount", "amount", 0.92),
        ("property_hs_amount", "amount", 0.892),
        ("property_hs_ticket_priority", "priority", 0.866),
        ("Email 1", "email", 0.92),
        ("Deal - Stage", "stage", 0.92),
        ("Date de création du ticket", "creation date", 0.892),
    ],
)
def test_what_stands_around_a_name_is_taken_off_at_a_price(header, key, fit):
    assert ways(header)[key] == fit


def test_the_words_for_a_record_that_were_taken_off_are_remembered():
    assert {way.key: set(way.words) for way in readings("Deal Stage")}["stage"] == {"deal"}
    assert {way.key: set(way.words) for way in readings("property_stage")}["stage"] == set()


@pytest.mark.parametrize(
    ("header", "keys"), [("Deal", {"deal"}), ("Q1", {"q1", "q"}), ("11", {"11"}), ("x" * 201, set())]
)
def test_a_header_is_not_taken_apart_to_nothing(header, keys):
    assert set(ways(header)) == keys
