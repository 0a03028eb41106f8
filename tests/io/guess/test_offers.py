"""What quotes are made of, campaigns and the histories of fields are recognised, and steal no other file."""

from __future__ import annotations

import pytest

from crmkit import io
from crmkit.errors import ImportRejected
from crmkit.io._files import FileFormat, read_rows, source_of
from crmkit.io._guess import best_matches
from crmkit.io._plan import specs_of
from tests.io.guessed import headers_only, kinds_of
from tests.io.written import Write

# Headers as CRMs write them, a row or two, the kind of record and the columns.
EXPORTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "Salesforce Quote": (
        (
            "Id,QuoteNumber,Name,OpportunityId,AccountId,ContactId,OwnerId,Pricebook2Id,Status,ExpirationDate,Subtotal,"
            "Discount,TotalPrice,CurrencyIsoCode,CreatedDate\n"
            "0Q01,00000001,Fern,0061,0011,0031,0051,01s1,Draft,2025-02-28,1000,10,900,EUR,2025-01-30T09:00:00Z\n"
        ),
        "quote",
        {
            "id": "Id",
            "number": "QuoteNumber",
            "name": "Name",
            "deal_id": "OpportunityId",
            "company_id": "AccountId",
            "contact_id": "ContactId",
            "owner_id": "OwnerId",
            "price_book_id": "Pricebook2Id",
            "status": "Status",
            "amount": "TotalPrice",
            "currency": "CurrencyIsoCode",
            "valid_until": "ExpirationDate",
            "created_at": "CreatedDate",
        },
    ),
    "HubSpot quotes": (
        (
            "Record ID,Quote Title,Quote Number,Quote Status,Quote Amount,Expiration Date,Currency,Create Date,"
            "Quote owner,Associated Deal IDs\n"
            "1,Fern,20240102-1,Draft,900,2024-02-28,EUR,2024-01-02 10:00,Ana,501\n"
        ),
        "quote",
        {
            "id": "Record ID",
            "number": "Quote Number",
            "name": "Quote Title",
            "deal_id": "Associated Deal IDs",
            "owner_id": "Quote owner",
            "status": "Quote Status",
            "amount": "Quote Amount",
            "currency": "Currency",
            "valid_until": "Expiration Date",
            "created_at": "Create Date",
        },
    ),
    "Salesforce QuoteLineItem": (
        (
            "Id,LineNumber,QuoteId,PricebookEntryId,Product2Id,Quantity,UnitPrice,ListPrice,Discount,TotalPrice,"
            "Description,SortOrder\n"
            "0QL1,00000010,0Q01,01u1,01t1,2,49.5,55,10,89.1,Seats,1\n0QL2,00000011,0Q01,01u2,01t2,1,500,500,,500,Setup,2\n"
        ),
        "line_item",
        {
            "id": "Id",
            "quote_id": "QuoteId",
            "position": "SortOrder",
            "product_id": "Product2Id",
            "name": "Description",
            "quantity": "Quantity",
            "amount": "UnitPrice",
        },
    ),
    "HubSpot line items": (
        (
            "Record ID,Name,SKU,Quantity,Unit price,Unit discount,Discount Percentage,Net price,Billing frequency,"
            "Product ID,Associated Deal IDs,Currency\n"
            "1,Seats,S-1,2,49.5,0,10,89.1,Monthly,77,501,EUR\n2,Setup,S-2,1,500,0,,500,One-time,78,501,EUR\n"
        ),
        "line_item",
        {
            "id": "Record ID",
            "deal_id": "Associated Deal IDs",
            "product_id": "Product ID",
            "name": "Name",
            "quantity": "Quantity",
            "amount": "Unit price",
            "currency": "Currency",
            "discount_rate": "Discount Percentage",
            "discount_amount": "Unit discount",
            "billing": "Billing frequency",
        },
    ),
    "Salesforce Product2": (
        (
            "Id,Name,ProductCode,Description,IsActive,Family,QuantityUnitOfMeasure,StockKeepingUnit,CreatedDate\n"
            "01t1,Seats,SEAT,A seat,true,Software,each,S-1,2024-01-02T03:04:05Z\n"
        ),
        "product",
        {
            "id": "Id",
            "name": "Name",
            "code": "ProductCode",
            "category": "Family",
            "description": "Description",
            "active": "IsActive",
            "created_at": "CreatedDate",
        },
    ),
    "HubSpot products": (
        (
            "Record ID,Name,SKU,Product description,Unit price,Unit cost,Billing frequency,Create Date\n"
            "77,Seats,S-1,A seat,49.5,10,Monthly,2024-01-02 10:00\n"
        ),
        "product",
        {
            "id": "Record ID",
            "name": "Name",
            "code": "SKU",
            "description": "Product description",
            "billing": "Billing frequency",
            "created_at": "Create Date",
        },
    ),
    "Pipedrive products": (
        (
            "Product - ID,Product - Name,Product - Product code,Product - Category,Product - Unit,Product - Tax,"
            "Product - Active\n1,Seats,S-1,Software,each,19,Yes\n2,Setup,S-2,Services,day,19,No\n"
        ),
        "product",
        {
            "id": "Product - ID",
            "name": "Product - Name",
            "code": "Product - Product code",
            "category": "Product - Category",
            "tax_rate": "Product - Tax",
            "active": "Product - Active",
        },
    ),
    "Zoho products": (
        (
            "Record Id,Product Name,Product Code,Product Category,Vendor Name,Product Active,Unit Price,Usage Unit,"
            "Created Time,Tag\nzcrm_1,Seats,S-1,Software,,true,49.5,Box,2024-02-28 09:15:00,\n"
        ),
        "product",
        {
            "id": "Record Id",
            "name": "Product Name",
            "code": "Product Code",
            "category": "Product Category",
            "active": "Product Active",
            "created_at": "Created Time",
            "tags": "Tag",
        },
    ),
    "Salesforce Pricebook2": (
        "Id,Name,IsActive,CurrencyIsoCode,ValidFrom,ValidTo\n01s1,Standard,true,EUR,2024-01-01,\n",
        "price_book",
        {
            "id": "Id",
            "name": "Name",
            "active": "IsActive",
            "currency": "CurrencyIsoCode",
            "valid_from": "ValidFrom",
            "valid_until": "ValidTo",
        },
    ),
    "Salesforce PricebookEntry": (
        "Id,Pricebook2Id,Product2Id,UnitPrice,CurrencyIsoCode,IsActive\n01u1,01s1,01t1,55,EUR,true\n",
        "price_book_entry",
        {
            "id": "Id",
            "price_book_id": "Pricebook2Id",
            "product_id": "Product2Id",
            "amount": "UnitPrice",
            "currency": "CurrencyIsoCode",
            "active": "IsActive",
        },
    ),
    "Salesforce Campaign": (
        (
            "Id,Name,Type,Status,StartDate,EndDate,ExpectedRevenue,BudgetedCost,ActualCost,OwnerId,CreatedDate\n"
            "7011,Spring,Email,Planned,2025-03-01,2025-04-30,1000,500,,0051,2025-01-02T03:04:05Z\n"
        ),
        "campaign",
        {
            "id": "Id",
            "name": "Name",
            "channel": "Type",
            "status": "Status",
            "owner_id": "OwnerId",
            "budget": "BudgetedCost",
            "started_on": "StartDate",
            "ended_on": "EndDate",
            "created_at": "CreatedDate",
        },
    ),
    "HubSpot campaigns": (
        (
            "Campaign name,Campaign status,Start date,End date,Budget total,Currency,Campaign owner\n"
            "Spring,In progress,2025-03-01,2025-04-30,500,EUR,Ana\n"
        ),
        "campaign",
        {
            "name": "Campaign name",
            "status": "Campaign status",
            "owner_id": "Campaign owner",
            "budget": "Budget total",
            "currency": "Currency",
            "started_on": "Start date",
            "ended_on": "End date",
        },
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_of_offers_is_recognised_by_its_headers_alone(write: Write, name: str) -> None:
    text, record, columns = EXPORTS[name]
    found = best_matches(read_rows(source_of(write(text)), FileFormat()), lambda record: specs_of(record, None))[0]
    assert (found.record, dict(found.columns)) == (record, columns)
    result = io.read(write(text))
    assert (result.record, result.accepted, result.rejected) == (record, text.count("\n") - 1, ())


@pytest.mark.parametrize(
    ("header", "record"),
    [
        ("Angebotsnummer,Titel,Kunde,Angebotsstatus,Gültig bis,Nettobetrag,Währung", "quote"),
        ("Numéro de devis,Titre,Client,Statut,Valable jusqu'au,Montant,Devise", "quote"),
        ("Número de cotización,Título,Cliente,Estado,Válido hasta,Importe,Moneda", "quote"),
        ("Número do orçamento,Título,Cliente,Situação,Válido até,Valor,Moeda", "quote"),
        ("Angebotsnummer,Pos,Artikelnummer,Bezeichnung,Menge,Einzelpreis,Steuersatz", "line_item"),
        ("Numéro de devis,Rang,Code produit,Désignation,Quantité,Prix unitaire,TVA", "line_item"),
        ("Número de presupuesto,Posición,Código de producto,Descripción,Cantidad,Precio unitario,IVA", "line_item"),
        ("Número do orçamento,Posição,Código do produto,Descrição,Quantidade,Preço unitário,IVA", "line_item"),
        ("Artikelname,Artikelnummer,Produktkategorie,Steuersatz,Aktiv", "product"),
        ("Nom du produit,Code produit,Famille de produits,Taux de TVA,Actif", "product"),
        ("Nombre del producto,Código de producto,Categoría de producto,IVA,Activo", "product"),
        ("Nome do produto,Código do produto,Categoria do produto,IVA,Ativo", "product"),
        ("Kampagnenname,Kanal,Status,Startdatum,Enddatum,Budget", "campaign"),
        ("Nom de la campagne,Canal,Statut,Date de début,Date de fin,Coût budgété", "campaign"),
        ("Nombre de la campaña,Canal,Estado,Fecha de inicio,Fecha de fin,Presupuesto", "campaign"),
        ("Nome da campanha,Canal,Situação,Data de início,Data de término,Orçamento", "campaign"),
    ],
)
def test_offers_are_recognised_in_every_language(header: str, record: str) -> None:
    assert kinds_of(headers_only(*header.split(",")))[0] == record


@pytest.mark.parametrize(
    ("headers", "record"),
    [
        (("Deal ID", "Deal name", "Stage", "Amount", "Product", "Campaign", "Close date"), "deal"),
        (("Order ID", "Customer", "Order date", "Total", "Lineitem quantity", "Lineitem name", "Status"), "order"),
        (("Subscription ID", "Customer", "Product", "Quantity", "Billing period", "Price", "Started"), "subscription"),
        (("Campaign", "Channel", "Date", "Cost"), "spend"),
        (("Deal ID", "From stage", "To stage", "Changed at", "Changed by"), "stage_change"),
    ],
)
def test_a_file_that_speaks_of_products_or_campaigns_is_what_it_was(headers: tuple[str, ...], record: str) -> None:
    assert kinds_of(headers_only(*headers))[0] == record


@pytest.mark.parametrize(
    "text",
    [
        "Entry,Product,SKU,Family\n1,Seats,S-1,A\n2,Seats,S-1,A\n",  # each row names a product, and not each another
        "Entry,Campaign,Campaign status,Stop\n1,Spring,Planned,x\n2,Spring,Planned,x\n",
    ],
)
def test_what_only_speaks_of_products_or_campaigns_is_no_list_of_them(write: Write, text: str) -> None:
    with pytest.raises(ImportRejected) as refused:
        io.read(write(text))
    assert refused.value.code == "unknown_record"


def test_a_discount_that_is_neither_a_rate_nor_an_amount_is_left_alone(write: Write) -> None:
    text = "Quote number,Product code,Quantity,Unit price,Discount\nq1,p1,2,49.5,10\n"
    table = io.read(write(text)).table
    assert "discount_rate" not in table.columns or table["discount_rate"].isna().all()
    assert table["discount"].tolist() == ["10"]


def test_the_price_of_a_unit_may_be_a_fraction_of_a_cent(write: Write) -> None:
    entries = io.read(write("Id,Pricebook2Id,Product2Id,UnitPrice,CurrencyIsoCode\n1,b1,p1,0.0035,EUR\n"))
    assert entries.table["amount"].tolist() == [0.0035]
    lines = "Id,QuoteId,Product2Id,Quantity,UnitPrice,Discount amount,Currency\n1,q1,p1,2,0.0035,0.005,EUR\n"
    table = io.read(write(lines)).table
    assert (table["amount"].tolist(), table["discount_amount"].tolist()) == ([0.0035], [0.0])


def test_the_words_for_a_status_are_those_of_crmkit(write: Write) -> None:
    text = "Quote Number,Quote Status,Valid Until,Quote Amount\n1,Presented,2025-02-28,5\n2,Denied,2025-02-28,6\n"
    assert io.read(write(text)).table["status"].tolist() == ["sent", "declined"]
