import numpy as np

from crmkit.datasets import LogNormal
from crmkit.datasets._random import Streams, after, between, events, lognormal, months_between, pick

START, END = np.datetime64("2023-01-01", "s"), np.datetime64("2025-01-01", "s")


def test_a_stream_begins_anew_each_time_and_differs_by_name_and_seed():
    draws = [Streams(1)("a").random(3).tolist(), Streams(1)("b").random(3).tolist(), Streams(2)("a").random(3).tolist()]
    assert Streams(1)("a").random(3).tolist() == draws[0]
    assert len({tuple(draw) for draw in draws}) == 3


def test_of_more_draws_the_first_ones_are_the_same():
    law = LogNormal(5, 0.5)
    for draw in (
        lambda size: pick(Streams(3)("x"), size, (1, 2, 3)),
        lambda size: lognormal(Streams(3)("x"), size, law),
        lambda size: between(Streams(3)("x"), np.full(size, START), np.full(size, END)),
    ):
        assert np.array_equal(draw(10), draw(1_000)[:10])


def test_pick_keeps_to_the_weights():
    drawn = pick(Streams(4)("x"), 100_000, (1, 0, 3))
    shares = np.bincount(drawn, minlength=3) / len(drawn)
    assert shares[1] == 0
    assert abs(shares[0] - 0.25) < 4.5 * np.sqrt(0.25 * 0.75 / 100_000)


def test_instants_lie_between_their_bounds_on_whole_seconds():
    low = np.array([START, END - 1])
    drawn = between(Streams(5)("x"), low, np.array([END, END]))
    assert (low <= drawn).all()
    assert (drawn < END).all()
    assert after(low, np.array([1.0, 0.5])).tolist() == (low + np.array([86_400, 43_200])).tolist()


def test_events_come_at_their_rate_in_the_order_of_customers_then_time():
    since = np.full(2_000, START)
    since[1::2] = END - np.timedelta64(30, "D")
    customer, at = events(Streams(6), "x", since=since, until=END, rate=0.5)
    expected = 0.5 * months_between(since, END)
    for parity in (0, 1):
        count = (customer % 2 == parity).sum()
        assert abs(count - expected[parity::2].sum()) < 4 * np.sqrt(expected[parity::2].sum())
    assert (at >= since[customer]).all()
    assert (at < END).all()
    assert np.array_equal(np.lexsort((at, customer)), np.arange(len(at)))


def test_a_month_is_a_twelfth_of_the_mean_year():
    assert months_between(np.array([START]), START + np.timedelta64(1461, "D")).tolist() == [48.0]
