import numpy as np
import pandas as pd
import polars as pl
import pytest

from crmkit.clv._contracts._tenures import tenures_of
from crmkit.errors import InvalidArgument, InvalidColumn, MissingColumn, NotEnoughData, TableError


def read(data, **columns):
    return tenures_of(data, columns=columns, model="sBG")


def test_survivors_tell_who_left_at_each_renewal_and_who_is_still_there():
    tenures = read([1000, 631, 468])
    assert tenures.left.tolist() == [369, 163]
    assert tenures.stayed.tolist() == [0, 0, 468]
    assert tenures.asked.tolist() == [1000, 631]
    assert tenures.n == 1000


def test_a_table_of_customers_says_the_same_as_their_survivors():
    rows = pd.DataFrame({"tenure": [1] * 3 + [2] * 2 + [2] * 5, "churned": [True] * 5 + [False] * 5})
    for data in (rows, rows.sample(frac=1, random_state=1), pl.from_pandas(rows).lazy()):
        tenures = read(data)
        assert tenures.left.tolist() == [3, 2]
        assert tenures.stayed.tolist() == [0, 0, 5]
        assert tenures.asked.tolist() == [10, 7]


def test_rows_may_stand_for_several_customers_and_cohorts_of_different_age():
    rows = pd.DataFrame({"months": [1, 3, 0, 2], "churned": [1, 1, 0, 0], "n": [4, 2, 7, 3]})
    tenures = read(rows, tenure="months")
    assert tenures.left.tolist() == [4, 0, 2]
    assert tenures.stayed.tolist() == [7, 0, 3, 0]
    assert tenures.asked.tolist() == [9, 5, 2]
    assert tenures.n == 16


@pytest.mark.parametrize("kind", [np.array, pd.Series, pl.Series])
def test_an_array_or_a_column_of_survivors_is_read_like_a_list(kind):
    assert read(kind([5, 3, 3])).left.tolist() == [2, 0]
    assert read((5, 3, 3)).stayed.tolist() == [0, 0, 3]


@pytest.mark.parametrize(
    "survivors", [[100, 86.9, 74.3], [5, 6], [5, -1], [5, float("nan")], ["many"], [[5, 3], [2, 1]], [None, 3]]
)
def test_survivors_that_are_no_counts_or_grow_are_refused(survivors):
    with pytest.raises(InvalidArgument, match="survivors are counts"):
        read(survivors)


@pytest.mark.parametrize("data", [[], [0, 0], pd.DataFrame({"tenure": [], "churned": []}, dtype=float)])
def test_nobody_is_not_enough(data):
    with pytest.raises(NotEnoughData):
        read(data)


def test_a_column_that_is_missing_is_named():
    with pytest.raises(MissingColumn, match="sBG needs column 'churned'"):
        read(pd.DataFrame({"tenure": [1]}))


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"tenure": [1, -1], "churned": [0, 0]}, "tenure"),
        ({"tenure": [1, 1.5]}, "tenure"),
        ({"tenure": [1, 2_000_000]}, "tenure"),
        ({"tenure": [1, None]}, "tenure"),
        ({"tenure": [1, 0]}, "tenure"),
        ({"churned": [1, 2]}, "churned"),
        ({"n": [1, 0.5]}, "n"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_its_row(values, column):
    rows = pd.DataFrame({"tenure": [1, 1], "churned": [0, 1]} | values)
    with pytest.raises(InvalidColumn) as caught:
        read(rows)
    assert (caught.value.column, caught.value.row) == (column, 1)


def test_a_column_of_texts_is_refused():
    with pytest.raises(InvalidColumn, match="where numbers are needed"):
        read(pd.DataFrame({"tenure": ["1"], "churned": [True]}))
    told = r"column 'churned' is of type String, where numbers are needed, or true and false, as table\['churned'\] =="
    with pytest.raises(InvalidColumn, match=told):
        read(pd.DataFrame({"tenure": [1], "churned": ["Yes"]}))
    with pytest.raises(TableError, match="expected a dataframe"):
        read("Yes")
