"""The t interval: Student (1908), Biometrika 6, the sleep of ten patients; the interval as R prints it."""

from crmkit.statistics import mean

MORE_SLEEP_BY_THE_SECOND_DRUG = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]  # hours


def test_the_mean_difference_of_the_two_drugs():
    estimate = mean(MORE_SLEEP_BY_THE_SECOND_DRUG)
    assert round(estimate.value, 2) == 1.58
    assert (round(estimate.low, 7), round(estimate.high, 7)) == (0.7001142, 2.4598858)
