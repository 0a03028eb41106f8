from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

import pytest

from crmkit.records import (
    Amount,
    Between,
    Company,
    CompanyId,
    CustomerId,
    Deal,
    FieldSpec,
    Order,
    Personal,
    Unit,
    fields_of,
)
from crmkit.records._spec import held_type, spec_of


@pytest.mark.parametrize(
    ("annotation", "spec", "held"),
    [
        (str, FieldSpec("x", "text", nullable=False), str),
        (str | None, FieldSpec("x", "text"), str),
        (CompanyId, FieldSpec("x", "id", nullable=False, record="company"), str),
        (CustomerId | None, FieldSpec("x", "id"), str),
        (Literal["a", "b"], FieldSpec("x", "choice", nullable=False, choices=("a", "b")), str),
        (int | None, FieldSpec("x", "integer"), int),
        (float | None, FieldSpec("x", "number"), float),
        (Decimal | None, FieldSpec("x", "number"), Decimal),
        (Annotated[Decimal, Unit("kg")] | None, FieldSpec("x", "number", unit="kg"), Decimal),
        (Amount | None, FieldSpec("x", "money", unit="currency"), Decimal),
        (bool, FieldSpec("x", "flag", nullable=False), bool),
        (datetime | None, FieldSpec("x", "instant"), datetime),
        (date | None, FieldSpec("x", "date"), date),
        (tuple[str, ...], FieldSpec("x", "tags", nullable=False), tuple),
        (Personal[str] | None, FieldSpec("x", "text", personal=True), str),
        (Personal[str | None], FieldSpec("x", "text", personal=True), str),
        (Annotated[float, Between(0, 1)] | None, FieldSpec("x", "number", minimum=0, maximum=1), float),
    ],
)
def test_an_annotation_says_all_about_its_field(annotation, spec, held):
    assert spec_of("x", annotation) == spec
    assert held_type(annotation) is held


def test_a_reference_knows_its_record():
    assert fields_of(Deal)["company_id"].target is Company
    assert fields_of(Deal)["amount"].target is None
    assert fields_of(Order)["customer_id"].target is None
    assert FieldSpec("x", "id", record="planet").target is None


def test_a_field_that_no_kind_holds_is_refused_when_the_class_is_made():
    with pytest.raises(TypeError, match=r"cannot hold .*bytes.*; it can hold: Decimal, bool"):
        spec_of("photo", bytes)
