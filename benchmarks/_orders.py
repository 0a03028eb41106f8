"""Orders of simulated customers, drawn by DuckDB into a parquet file: any number, in little memory."""

from pathlib import Path

import duckdb

__all__ = ["write_orders"]


def _chance(seed: int, of: str = "customer") -> str:
    """Return a draw between 0 and 1: a hash stands for chance, so that each run draws the same."""
    return f"((hash({of}, {seed}) % 1000000007 + 0.5) / 1000000008)"


def _gamma(seed: int, shape: int, of: str = "customer") -> str:
    """Return a draw from a gamma distribution of whole shape, with rate 1."""
    return f"(-ln({' * '.join(_chance(seed + number, of) for number in range(shape))}))"


# A Pareto/NBD with r = 1, so that the purchases within a known lifetime are geometric in number, and a Gamma-Gamma.
# Amounts are whole quarters, so that their sums are exact in any order.
_ORDER = "customer, number"
_ORDERS = f"""
    with customers as (
        select i as customer, 52 * {_chance(1)} as first, 12 * (pow({_chance(2)}, -1 / 0.6) - 1) as life
        from range({{customers}}) t(i)
    ), spans as (
        select customer, first, least(life, 52 - first) as span, 0.125 * span as mean from customers
    ), counted as (
        select customer, first, span, 60 / {_gamma(4, 4)} as spend,
               cast(floor(ln({_chance(3)}) / ln(mean / (1 + mean))) as bigint) as repeats
        from spans
    ), drawn as (
        select customer, first, span, spend, unnest(range(repeats + 1)) as number from counted
    )
    select customer as customer_id,
           timestamptz '2024-01-01 00:00:00+00'
               + to_seconds(cast(604800 * (first + if(number = 0, 0, span * {_chance(20, _ORDER)})) as bigint))
               as ordered_at,
           greatest(round(spend * {_gamma(30, 4, _ORDER)} * 4), 1) / 4 as amount
    from drawn
    order by ordered_at, customer_id
"""  # noqa: S608  # written here


def write_orders(path: Path, customers: int) -> int:
    """Write about three orders a customer, over 52 weeks, in the order of time; return how many.

    Args:
        path: of the file.
        customers: how many there are.
    """
    drawn = _ORDERS.format(customers=customers)
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        return connection.execute(f"copy ({drawn}) to '{path}' (format parquet)").fetchone()[0]
