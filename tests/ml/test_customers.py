"""What is read of X: which columns, and how many customers a row stands for."""

import sys
from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest

from crmkit.errors import InvalidArgument, InvalidColumn, MissingColumn, MissingExtra, TableError
from crmkit.ml import LifetimeValueRegressor, PurchaseRegressor
from crmkit.tables import customer_summary
from tests.architecture.test_import_cost import loaded_by
from tests.ml.customers import HISTORY, some


def fitted(table, sample_weight=None, **columns):
    return PurchaseRegressor(horizon=39, columns=columns or None).fit(table, sample_weight=sample_weight).purchases_


EXPECTED = fitted(some())
ARRAY = some()[["T", "frequency", "monetary_value", "recency"]].to_numpy()


def test_columns_say_another_name():
    assert fitted(some().rename(columns={"T": "age"}), T="age") == EXPECTED
    assert fitted(some().assign(age=some()["T"], T=0.0), T="age") == EXPECTED


def test_columns_say_the_place_in_an_array_or_a_frame():
    assert fitted(ARRAY, frequency=1, recency=-1, T=0) == EXPECTED
    assert fitted(some()[["T", "recency", "frequency"]].rename(columns={"T": "age"}), T=0) == EXPECTED


def test_what_is_missing_in_a_column_that_is_not_read_does_not_matter():
    assert np.isnan(ARRAY).any()
    assert fitted(ARRAY, frequency=1, recency=3, T=0) == EXPECTED


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({}, "n_features=4; without names, X has the 3 columns frequency, recency, T, or say which they are"),
        ({"T": 0}, r"or say which they are: columns=\{'frequency': 0, 'recency': 1, 'T': 2\}"),
        ({"frequency": 1, "recency": 3, "T": 4}, "there is no such place, X has n_features=4"),
        ({"frequency": 1, "recency": 3, "T": "age"}, "the columns of X have no names; say the place"),
    ],
)
def test_an_array_says_which_column_is_which(columns, message):
    with pytest.raises(InvalidArgument, match=message):
        fitted(ARRAY, **columns)


def test_too_narrow_an_array_is_refused():
    with pytest.raises(InvalidArgument, match="n_features=2"):
        fitted(ARRAY[:, :2])


def test_a_frame_without_a_column_is_refused():
    with pytest.raises(MissingColumn, match="PurchaseRegressor needs column 'recency'"):
        fitted(some().drop(columns="recency"))
    with pytest.raises(MissingColumn, match=r"columns=\{'T': 'agee'\} needs column 'agee'; did you mean 'age'"):
        fitted(some().rename(columns={"T": "age"}), T="agee")


def test_rows_can_be_taken_and_names_stand_once():
    with pytest.raises(TableError, match="collect it first"):
        fitted(pl.from_pandas(some()).lazy())
    with pytest.raises(TableError, match="X cannot be read: Expected unique column names"):
        fitted(pd.concat([some(), some()], axis=1))


def test_texts_are_no_numbers():
    with pytest.raises(InvalidColumn, match="column 'T' is of type String, where numbers are needed"):
        fitted(some().assign(T=some()["T"].astype(str)))


def test_a_column_of_spends_may_be_missing_in_full_where_nobody_bought_again():
    model = LifetimeValueRegressor(horizon=52).fit(some())
    new = pd.DataFrame({"frequency": [0.0], "recency": [0.0], "T": [9.0], "monetary_value": [None]})
    assert model.predict(new.assign(currency=None)[[*some()]]) > 0


def collapsed():
    return some()[HISTORY].value_counts(sort=False).rename("n").reset_index()


def test_rows_may_stand_for_several_customers():
    counted = collapsed()
    assert len(counted) < len(some())
    assert fitted(counted) == EXPECTED
    assert fitted(counted.rename(columns={"n": "customers"}), n="customers") == EXPECTED
    assert fitted(counted.to_numpy(), frequency=0, recency=1, T=2, n=3) == EXPECTED
    assert fitted(counted[HISTORY], sample_weight=counted["n"]) == EXPECTED
    assert fitted(some()[HISTORY], sample_weight=np.ones(len(some()))) == EXPECTED


def test_each_row_is_predicted_however_many_it_stands_for():
    counted = collapsed()
    model = PurchaseRegressor(horizon=39).fit(counted)
    np.testing.assert_array_equal(model.predict(counted), model.predict(counted.assign(n=0)))
    assert len(model.predict(counted)) == len(counted)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([0.5] * len(some()), "whole numbers of 0 or more"),
        ([-1.0] * len(some()), "whole numbers of 0 or more"),
        ([0] * len(some()), "zero in all rows"),
        ([1, 2], r"has the shape \(2,\)"),
        ([np.nan] * len(some()), "sample_weight: Input sample_weight contains NaN"),
        (2, "sample_weight: "),
    ],
)
def test_weights_count_customers(weights, message):
    with pytest.raises(InvalidArgument, match=message):
        fitted(some(), sample_weight=weights)


def test_customers_are_counted_once():
    with pytest.raises(InvalidArgument, match="hand in one of them"):
        fitted(collapsed(), sample_weight=collapsed()["n"])


def test_a_count_that_is_missing_is_refused():
    with pytest.raises(InvalidColumn, match="column 'n', row 0 is missing"):
        fitted(some().assign(n=np.nan))


def test_without_scikit_learn_the_pip_command_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.delitem(sys.modules, "crmkit.ml")
    with pytest.raises(MissingExtra, match=r"crmkit.ml needs more libraries: pip install 'crmkit\[ml\]'"):
        import crmkit.ml  # noqa: F401


def test_the_models_themselves_do_not_load_scikit_learn():
    assert "sklearn" not in loaded_by("import crmkit, crmkit.clv, crmkit.tables")


def test_a_summary_is_not_its_table():
    moment = pd.to_datetime(["2024-01-02"], utc=True)
    orders = pd.DataFrame({"customer_id": ["a"], "ordered_at": moment, "amount": [1.0]})
    with pytest.raises(TableError, match=r"pass its \.table"):
        PurchaseRegressor(horizon=4).fit(customer_summary(orders, as_of=date(2024, 3, 31)))
