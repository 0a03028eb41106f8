from datetime import UTC, date, datetime

import pandas as pd
import pytest

from crmkit.datasets import SimulatedCompany, Truth, simulate_company
from crmkit.errors import InvalidArgument
from crmkit.records import RECORDS


def test_the_same_seed_gives_the_same_tables_and_another_seed_others(small: SimulatedCompany):
    again, other = simulate_company(7, customers=300), simulate_company(8, customers=300)
    for kind, frame in small.tables.items():
        pd.testing.assert_frame_equal(frame, again.tables[kind])
        assert not frame.equals(other.tables[kind])
    assert small.as_of == again.as_of


def test_the_tables_are_those_of_kinds_of_records_and_none_is_empty(small: SimulatedCompany):
    assert list(small.tables) == [kind for kind in RECORDS if kind in small.tables]
    assert all(len(frame) > 0 for frame in small.tables.values())


def test_with_more_customers_the_rows_of_the_first_ones_stay(small: SimulatedCompany):
    larger = simulate_company(7, customers=900)
    assert len(larger.companies) == 900
    for kind, frame in small.tables.items():
        if kind != "spend":
            pd.testing.assert_frame_equal(frame, larger.tables[kind].head(len(frame)))
            assert len(larger.tables[kind]) > len(frame) or kind == "user"


def test_another_rate_of_one_kind_leaves_the_others_alone(small: SimulatedCompany):
    changed = simulate_company(7, customers=300, truth=Truth(order_rate=0.5, detractor_share=0.6))
    assert len(changed.orders) > 3 * len(small.orders)
    assert not small.survey_responses.equals(changed.survey_responses)
    for kind, frame in small.tables.items():
        if kind not in {"order", "survey_response"}:
            pd.testing.assert_frame_equal(frame, changed.tables[kind])


def test_the_simulation_lasts_the_months_that_it_was_given():
    company = simulate_company(1, customers=50, start=date(2024, 1, 31), months=1)
    assert company.as_of == datetime(2024, 2, 29, tzinfo=UTC)
    assert company.companies["created_at"].min() >= pd.Timestamp("2024-01-31", tz="UTC")
    assert simulate_company(1, customers=1).as_of == datetime(2025, 1, 1, tzinfo=UTC)


def test_a_single_customer_or_one_to_whom_nothing_happens_still_has_all_tables():
    nothing = Truth(deal_rate=0, lead_rate=0, order_rate=0, ticket_rate=0, survey_rate=0)
    full, empty = simulate_company(3, customers=40), simulate_company(3, customers=1, truth=nothing)
    for kind, frame in empty.tables.items():
        assert frame.dtypes.equals(full.tables[kind].dtypes)
    assert len(empty.companies) == len(empty.contacts.drop_duplicates("company_id")) == 1
    assert empty.deals.empty
    assert empty.stage_changes.empty


def test_without_churn_no_subscription_ends_and_with_full_churn_all_do():
    faithful = simulate_company(4, customers=100, truth=Truth(monthly_churn=0)).subscriptions
    fleeting = simulate_company(4, customers=100, truth=Truth(monthly_churn=1)).subscriptions
    assert len(faithful) == len(fleeting) > 0
    assert (faithful["status"] == "active").all()
    assert (fleeting["ended_at"] == fleeting["started_at"]).all()


@pytest.mark.parametrize(("argument", "value"), [("seed", -1), ("customers", 0), ("months", 0), ("months", 1_201)])
def test_what_cannot_be_simulated_is_refused_by_name(argument: str, value: int):
    with pytest.raises(InvalidArgument) as caught:
        simulate_company(**{"seed": 1, argument: value})
    assert (caught.value.argument, caught.value.value) == (argument, value)
