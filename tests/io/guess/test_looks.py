"""What the cells of a column say for a field is counted, on a sample where they are many."""

from __future__ import annotations

import numpy as np
import pytest

from crmkit.io._files import Column
from crmkit.io._guess._looks import Looks, Share, share_of
from crmkit.records import RECORDS, FieldSpec, fields_of
from tests.io.guessed import rows_of


def column(*cells: str) -> Column:
    return rows_of({"Column": cells}).columns["Column"]


def share(record: str, field: str, *cells: str) -> Share:
    return share_of(column(*cells), fields_of(RECORDS[record])[field], record)


@pytest.mark.parametrize(
    ("record", "field", "cells", "fitting"),
    [
        ("deal", "amount", ["5", "1.234,56", "EUR 7", "soon"], 3),
        ("deal", "closed_at", ["2024-01-31", "31/01/2024", "Jan 5, 2024", "soon"], 3),
        ("deal", "status", ["won", "Perdu", "En cours", "maybe"], 3),
        ("deal", "currency", ["EUR", "usd", "euro"], 2),
        ("user", "active", ["yes", "Nein", "aktiv", "maybe"], 3),
        ("ticket", "priority", ["hoch", "High", "alta", "7"], 3),
        ("contact", "phone", ["+49 30 123456", "(555) 010-999", "yes"], 2),
        ("contact", "email", ["ann@example.com", "ann", "bo@x.example"], 2),
        ("company", "domain", ["example.com", "www.example.org/x", "nothing here"], 2),
        ("deal", "name", ["Big one", "2024-01-31", "true", "No"], 2),
        ("deal", "tags", ["a;b", "c", "yes"], 2),
        ("order", "number", ["2024-01-0001", "123-45-6789", "1.2.3", "31.01.2024"], 3),
    ],
)
def test_the_cells_that_look_like_a_field_are_counted(record, field, cells, fitting):
    found = share(record, field, *cells)
    assert (found.fitting, found.filled, found.fits) == (fitting, len(cells), True)


def test_rows_count_and_blank_cells_do_not():
    assert share("deal", "amount", "5", "5", "5", "x", "", " ") == Share(3, 4, "numbers")


def test_a_text_says_nothing_for_a_field_and_a_share_of_it_nothing():
    assert (share("deal", "name", "a", "b"), str(share("deal", "name", "a", "b"))) == (Share(2, 2, None), "")


def test_an_empty_column_fits_and_says_so():
    assert (str(share("deal", "amount", "", " ")), share("deal", "amount", "").fits) == ("it is empty", True)


def test_the_words_for_a_choice_are_found_without_the_record_too():
    cells = column("in Bearbeitung", "gelöst")
    spec = fields_of(RECORDS["ticket"])["status"]
    assert share_of(cells, spec).fitting == share_of(cells, spec, "ticket").fitting == 2
    own = FieldSpec("size", "choice", choices=("S", "M"))
    assert share_of(column("s", "m", "l"), own).fitting == share_of(column("s", "m", "l"), own, "deal").fitting == 2


def test_a_column_of_many_texts_is_sampled_over_its_whole_length():
    texts = tuple(str(number) if number < 10_000 else f"some text {number}" for number in range(20_000))
    found = share_of(Column("Amount", texts, np.arange(20_000, dtype=np.int32)), fields_of(RECORDS["deal"])["amount"])
    assert (found.fitting, found.filled, found.sampled) == (1000, 2000, True)
    assert str(found) == "1,000 of 2,000 cells looked at are numbers"


def test_a_column_is_looked_at_once_for_each_shape():
    looked_at = []

    class Texts(tuple):
        def __getitem__(self, index):
            looked_at.append(index)
            return super().__getitem__(index)

    looks = Looks({"A": Column("A", Texts(("1", "2")), np.arange(2, dtype=np.int32))})
    specs = fields_of(RECORDS["deal"])
    first = looks.judged("A", specs["amount"], "deal")
    assert looks.judged("A", specs["amount"], "deal") == first
    assert looks.judged("A", specs["name"], "deal")[1] == 1
    assert len(looked_at) == 1


def test_columns_that_tell_a_field_by_themselves_are_nearly_all_of_it():
    cells = [f"a{number}@example.com" for number in range(9)]
    looks = Looks(rows_of({"A": [*cells, "x"], "B": [*cells[:8], "x", "y"], "C": [""] * 10}).columns)
    assert list(looks.telling("email")) == ["A"]
    assert looks.telling("email") is looks.telling("email")
    assert list(Looks(rows_of({"A": [f"{n}" for n in range(60)] + ["won", "lost"]}).columns).telling("stage")) == []
