"""Wilson's interval: Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3."""

import pytest

from crmkit.statistics import proportion


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_score_intervals_of_newcombes_examples(successes, trials, low, high):
    estimate = proportion(successes, trials)
    assert (round(estimate.low, 4), round(estimate.high, 4)) == (low, high)
