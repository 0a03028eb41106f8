"""Which entries are alike: what numpy's sorting says, whether there is room to count or not."""

import numpy as np
import pytest

from crmkit.clv._customers import distinct


@pytest.mark.parametrize("rows", [0, 1, 7, 500])
@pytest.mark.parametrize("values", [2, 10**6])
@pytest.mark.parametrize("columns", [1, 2, 3])
def test_they_are_those_of_sorted_rows(rows, values, columns):
    table = np.random.default_rng(rows + values + columns).integers(0, values, (rows, columns)) / 7
    places, which = distinct(*table.T)
    unique, index = np.unique(table, axis=0, return_inverse=True)
    np.testing.assert_array_equal(table[places], unique)
    np.testing.assert_array_equal(which, index.ravel())
    np.testing.assert_array_equal(table[places][which], table)


def test_what_is_missing_is_alike_and_comes_last():
    spends = np.array([np.nan, 3.0, np.nan, 1.0, 3.0])
    for column in (spends, np.ones(5)):
        places, which = distinct(column, spends)
        assert which.tolist() == [2, 1, 2, 0, 1]
        np.testing.assert_array_equal(spends[places], [1.0, 3.0, np.nan])
