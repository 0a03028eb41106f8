"""An interval for the upper quartile: Conover (1999), Practical Nonparametric Statistics, 3rd ed., p. 145."""

from crmkit.statistics import quantile

# hours that sixteen parts lasted
HOURS = [46.9, 47.2, 49.1, 56.5, 56.8, 59.2, 59.9, 63.2, 63.3, 63.4, 63.7, 64.1, 67.1, 67.7, 73.3, 78.5]


def test_conovers_interval_has_tails_of_3_and_6_percent_and_is_found_at_the_level_that_allows_both():
    # Conover takes the tails nearest to 5 %, .0271 and .0635; crmkit lets neither be larger than its half
    estimate = quantile(HOURS, 0.75, confidence=1 - 2 * 0.0636)
    assert (estimate.low, estimate.high) == (63.3, 73.3)


def test_the_conservative_interval_at_90_percent_reaches_to_the_next_observation():
    estimate = quantile(HOURS, 0.75, confidence=0.9)
    assert (estimate.low, estimate.high) == (63.3, 78.5)
