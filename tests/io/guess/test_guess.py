"""What a file holds is guessed from names and cells, whatever their order, and never silently between two alike."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.io._guess._guess import best_matches, match
from crmkit.io._names import languages
from crmkit.io._plan._columns import specs_of
from tests.io.guessed import guessed, headers_only, kinds_of, rows_of

LANGUAGES = {language.code: language for language in languages()}
RECORDS = sorted(LANGUAGES["en"].fields)
HEADERS = st.sampled_from(
    [
        *("Deal Name", "Deal Stage", "Amount", "Value", "Close Date", "Closed on", "Owner", "Rep", "Title", "Status"),
        *("Betrag", "Phase", "Abschlussdatum", "Besitzer", "Montant", "Étape", "Fecha de cierre", "Email", "E-Mail"),
        *("property_amount", "Amount (EUR)", "Currency", "Créé le", "Etapa", "Colour", "Size", "Telefon", "ID *"),
    ]
)
CELLS = st.lists(
    st.sampled_from(["", "12.50", "2024-01-31", "Won", "Lost", "yes", "ann@example.com", "EUR", "Acme", "9"]),
    min_size=3,
    max_size=3,
)
FILES = st.dictionaries(HEADERS, CELLS, min_size=1, max_size=12)


@given(FILES, st.sampled_from(RECORDS), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_columns_changes_nothing(file, record, chance):
    shuffled = list(file.items())
    chance.shuffle(shuffled)
    assert guessed(rows_of(dict(shuffled)), record) == guessed(rows_of(file), record)


@given(FILES, st.sampled_from(RECORDS))
@settings(max_examples=60, deadline=None)
def test_a_column_is_one_field_and_a_field_one_column_with_a_confidence_from_0_to_1(file, record):
    found = guessed(rows_of(file), record)
    claimed = [*found.columns.values(), *(header for headers in found.open.values() for header in headers)]
    assert len(set(claimed)) == len(claimed)
    assert set(claimed) <= set(file)
    assert found.columns.keys() == found.confidence.keys() == found.shares.keys()
    assert not found.columns.keys() & found.open.keys()
    assert all(0.3 <= confidence <= 1 for confidence in found.confidence.values())
    assert all(len(headers) > 1 for headers in found.open.values())
    assert found.rivals.keys() <= found.columns.keys()
    assert not {header for headers in found.rivals.values() for header in headers} & set(claimed)


def test_a_column_that_is_another_field_by_its_cells_is_no_rival():
    found = guessed(rows_of({"Besitzer": ["2024-01-31", "Won", "Lost"], "Owner": ["", "", ""]}), "deal")
    assert {*found.columns.values()} == {"Besitzer", "Owner"}
    assert not found.rivals


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_case_and_accents_of_a_header_change_nothing(data):
    language = LANGUAGES[data.draw(st.sampled_from(sorted(LANGUAGES)))]
    record = data.draw(st.sampled_from(RECORDS))
    names = sorted({name for names in language.fields[record].values() for name in names})
    name = data.draw(st.sampled_from(names))
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    expected = guessed(headers_only(name), record)
    for written in (name.upper(), name.lower(), bare, unicodedata.normalize("NFD", name), f"{name} *", name.title()):
        found = guessed(headers_only(written), record)
        assert {field: found.confidence[field] for field in found.columns} == dict(expected.confidence), written


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_name_is_taken_for_its_field_in_a_file_of_its_language_and_none_more_surely_than_the_fields_own(code):
    for record, fields in LANGUAGES[code].fields.items():
        assert set(guessed(headers_only(*fields), record).confidence.values()) == {1}
        for place in range(max(map(len, fields.values()))):
            named = {field: names[min(place, len(names) - 1)] for field, names in fields.items()}
            found = guessed(headers_only(*named.values()), record)
            assert found.columns == named
            assert max(found.confidence.values()) <= 1


@pytest.mark.parametrize(
    ("record", "columns"),
    [
        ("deal", {"name": "Deal-Name", "stage": "Deal-Phase", "amount": "Betrag", "closed_at": "Abschlussdatum"}),
        ("deal", {"owner_id": "Für Deal zuständiger Mitarbeiter", "lost_reason": "Grund für Verlust", "id": "Deal-ID"}),
        (
            "deal",
            {"amount": "Montant", "stage": "Étape", "company_id": "Nom du compte", "closed_at": "Date de clôture"},
        ),
        ("deal", {"name": "Nombre del negocio", "stage": "Etapa del negocio", "owner_id": "Propietario del negocio"}),
        ("deal", {"closed_at": "Data de fechamento", "amount": "Valor", "lost_reason": "Motivo da perda"}),
        ("deal", {"currency": "Deal - Currency of value", "name": "Deal - Title", "amount": "Deal - Value"}),
        ("deal", {"probability": "Wahrscheinlichkeit (%)", "created_at": "Erstelldatum", "source": "Leadquelle"}),
        ("deal", {"expected_close_on": "Geschaetztes Abschlussdatum", "created_at": "Angelegt am"}),
        ("contact", {"first_name": "Prénom", "last_name": "Nom", "email": "Adresse e-mail", "job_title": "Fonction"}),
        (
            "contact",
            {"id": "Kundennummer", "phone": "Telefon", "city": "Ort", "country": "Land", "company_id": "Firma"},
        ),
        ("company", {"employees": "Número de empleados", "annual_revenue": "Ingresos anuales", "website": "Sitio web"}),
        ("company", {"name": "Firmenname", "parent_id": "Muttergesellschaft", "industry": "Branche"}),
        ("ticket", {"subject": "Betreff", "status": "Ticketstatus", "solved_at": "Gelöst am", "priority": "Priorität"}),
        ("ticket", {"created_at": "Date de création du ticket", "subject": "Objet", "priority": "Priorité"}),
        ("order", {"number": "Numéro de commande", "ordered_at": "Date de commande", "amount": "Montant total (EUR)"}),
        ("order", {"customer_id": "ID do cliente", "amount": "Valor total", "ordered_at": "Data do pedido"}),
        ("subscription", {"plan": "Tarif", "interval": "Abrechnungsintervall", "started_at": "Vertragsbeginn"}),
        ("lead", {"company_name": "Empresa", "status": "Estado del candidato", "source": "Origen del candidato"}),
        ("user", {"name": "Vollständiger Name", "active": "Aktiv", "email": "E-Mail"}),
    ],
)
def test_well_known_headers_are_understood(record, columns):
    assert guessed(headers_only(*columns.values()), record).columns == columns


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Datensatz-ID,Deal-Name,Deal-Phase,Betrag,Abschlussdatum,Erstellungsdatum", "deal"),
        ("Nom de l'opportunité,Nom du compte,Date de clôture,Étape,Montant", "deal"),
        ("Nombre,Apellidos,Correo electrónico,Número de teléfono,Propietario del contacto", "contact"),
        ("Nome da conta,Setor,Número de funcionários,Receita anual,Site", "company"),
        ("Ticket-ID,Betreff,Ticketstatus,Priorität,Erstellt am", "ticket"),
        ("Numéro de commande,Date de commande,Client,Montant total,Devise", "order"),
        ("Assinante,Plano,Intervalo de cobrança,Data de início,Status da assinatura", "subscription"),
    ],
)
def test_the_kind_of_record_is_told_in_five_languages(header, kind):
    assert kinds_of(headers_only(*header.split(",")))[0] == kind


def test_a_word_means_what_it_means_in_the_language_of_the_file():
    german = headers_only("Titel", "Wert", "Phase", "Land", "Name")
    assert "country" not in guessed(german, "deal").columns
    french = guessed(headers_only("Note", "Commentaire", "Répondu le"), "survey_response")
    assert french.columns == {"score": "Note", "comment": "Commentaire", "responded_at": "Répondu le"}
    english = guessed(headers_only("Note", "Rating", "Responded at"), "survey_response")
    assert english.columns["comment"] == "Note"


def test_columns_that_are_alike_for_a_field_are_left_open_with_both_named():
    rows = rows_of({"Deal ID": ["1"], "Betrag": ["5"], "Amount": ["6"], "Stage": ["Won"]})
    found = guessed(rows, "deal")
    assert (found.open, "amount" in found.columns) == ({"amount": ("Amount", "Betrag")}, False)


def test_of_columns_that_are_alike_the_one_that_holds_something_is_taken():
    found = guessed(rows_of({"Betrag": ["5"], "Amount": [""], "Stage": ["Won"]}), "deal")
    assert (found.columns["amount"], found.open) == ("Betrag", {})


def test_a_likelier_name_is_taken_and_the_other_named_as_a_rival():
    found = guessed(headers_only("close date", "closed on", "stage"), "deal")
    assert (found.columns["closed_at"], found.rivals, found.open) == ("close date", {"closed_at": ("closed on",)}, {})


def test_the_cells_decide_between_two_names():
    found = guessed(rows_of({"amount": ["soon", "later"], "value": ["5", "6"]}), "deal")
    assert (found.columns["amount"], found.confidence["amount"], found.unlike) == ("value", 0.92, {})


def test_the_cells_weigh_on_the_confidence():
    confidence = [
        guessed(rows_of({"amount": cells}), "deal").confidence.get("amount") for cells in (["5", "6"], ["5", "x"])
    ]
    assert confidence == [1.0, 0.75]
    assert guessed(rows_of({"amount": ["", ""]}), "deal").confidence["amount"] == 1.0


def test_a_name_over_other_cells_is_told_and_not_taken():
    found = guessed(rows_of({"amount": ["x", "y", "5"], "value": ["x", "y", "z"], "stage": ["a", "b", "c"]}), "deal")
    header, share = found.unlike["amount"]
    assert (header, str(share), "amount" in found.columns) == ("amount", "1 of its 3 filled cells are numbers", False)


def test_a_text_field_is_no_column_of_dates_or_of_true_and_false():
    file = {"Company": ["2024-01-31", "2024-02-01"], "Email": ["yes", "false"], "Country": ["NO", "NO"]}
    found = guessed(rows_of(file), "contact")
    assert (found.columns, sorted(found.unlike)) == ({"country": "Country"}, ["company_id", "email"])
    assert str(found.unlike["email"][1]) == "0 of its 2 filled cells are neither dates nor true or false"


def test_an_address_that_does_not_look_like_one_is_less_likely():
    hashed = guessed(rows_of({"Email": ["d41d8cd98f", "e9800998ec"]}), "contact")
    assert (hashed.confidence["email"], str(hashed.shares["email"])) == (0.8, "")
    plain = guessed(rows_of({"Email": ["ann@example.com", "bo@example.org"]}), "contact")
    assert (plain.confidence["email"], str(plain.shares["email"])) == (
        1.0,
        "2 of its 2 filled cells are e-mail addresses",
    )


@pytest.mark.parametrize(
    ("record", "field", "cells"),
    [
        ("contact", "email", ["ann@example.com", "bo@example.org", "cy@example.net"]),
        ("company", "website", ["https://a.example.com", "www.example.org", "http://example.net/x"]),
        ("deal", "currency", ["EUR", "USD", "EUR"]),
        ("deal", "stage", ["1 Talking", "2 Won", "3 Lost"]),
        ("deal", "status", ["open", "won", "lost"]),
    ],
)
def test_cells_alone_name_a_field_with_less_confidence_if_just_one_column_is_so(record, field, cells):
    found = guessed(rows_of({"F17": cells, "F18": ["x", "y", "z"]}), record)
    assert (found.columns, found.confidence) == ({field: "F17"}, {field: 0.6})
    assert str(found.shares[field]).endswith(("addresses", "addresses of pages", "currencies", "won or lost"))
    assert guessed(rows_of({"F17": cells, "F18": cells}), record).columns == {}
    assert guessed(rows_of({"F17": ["", *cells[1:]], "F18": ["", "", ""]}), record).columns.keys() <= {field}


def test_cells_alone_name_no_field_that_is_known_and_no_column_that_is_taken():
    rows = rows_of({"Mail": ["a@b.example"], "F2": ["b@c.example"]})
    assert guessed(rows, "contact").columns == {"email": "Mail"}
    specs = specs_of("contact", None)
    assert match(rows, "contact", specs, known=["email"]).columns == {}
    assert match(rows_of({"F2": ["b@c.example"]}), "contact", specs, taken=["F2"]).columns == {}


def test_a_status_by_cells_is_not_taken_where_the_status_is_known():
    rows = rows_of({"F1": ["open", "won", "lost"]})
    specs = specs_of("deal", None)
    assert match(rows, "deal", specs, known=["status"]).columns == {}
    assert match(rows, "deal", specs, known=["stage"]).columns == {}


def test_what_is_known_is_not_guessed_again():
    rows = headers_only("Amount", "Value", "Stage", "Phase")
    found = match(rows, "deal", specs_of("deal", None), taken=["Amount"], known=["stage"])
    assert (found.columns, found.rivals, found.open) == ({"amount": "Value"}, {}, {})


def test_a_list_of_people_or_companies_by_name_has_each_once():
    once = {"sales_agent": ["Ann", "Bo", ""], "region": ["East", "West", ""]}
    again = {"sales_agent": ["Ann", "Bo", "Ann"], "region": ["East", "West", "East"]}
    assert (kinds_of(rows_of(once)), kinds_of(rows_of(again))) == (["user"], [])


def test_a_column_named_for_a_value_says_true_or_false_of_it():
    file = {"customerID": ["1", "2"], "Contract": ["a", "b"], "MonthlyCharges": ["5", "6"], "Churn": ["No", "Yes"]}
    assert kinds_of(rows_of(file)) == ["subscription"]
    assert guessed(rows_of(file), "subscription").columns["status"] == "Churn"
    unclear = guessed(rows_of({"customerID": ["1", "2"], "Status": ["No", "Yes"]}), "subscription")
    assert "status" in unclear.unlike


def test_little_is_not_enough_to_be_a_kind_of_record():
    assert kinds_of(headers_only("region", "series", "sales_price")) == []
    assert kinds_of(headers_only("Table", "Field", "Description")) == []


def test_sixteen_thousand_columns_are_guessed_in_seconds():
    rows = rows_of({f"property_hs_{number}_deal_stage": ["text", "12"] for number in range(16_384)})
    before = time.process_time()
    assert best_matches(rows, lambda record: specs_of(record, None)) == []
    assert time.process_time() - before < 30  # about one where nothing counts the lines
