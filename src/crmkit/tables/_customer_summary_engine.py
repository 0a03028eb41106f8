"""From days of purchase to customers on an engine, each in its own words for the spend of the first day."""

from __future__ import annotations

from typing import Any

import narwhals as nw

__all__ = ["customers_in_duckdb", "customers_of", "customers_of_pairs"]

_SPANS = {
    "first": ("before", nw.Expr.min, "min"),
    "last": ("before", nw.Expr.max, "max"),
    "days": ("before", nw.Expr.count, "count"),
    "spent": ("spent", nw.Expr.sum, "sum"),
    "later_days": ("later", nw.Expr.count, "count"),
    "later_spend": ("later", nw.Expr.sum, "sum"),
}


def customers_of(days: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return one row a customer: what the spans say of the columns that are there, and `first_spend`.

    Args:
        days: customer, day and spend; day and spend before the holdout as before and spent; spend in it as later, if
            there is one. One row a customer and day.
    """
    if days.implementation.is_duckdb():
        return customers_in_duckdb(days)
    spend = nw.col("spend").first(order_by="day").alias("first_spend")
    return customers_of_pairs(days) if days.implementation.is_spark_like() else _grouped(days, spend)


def customers_in_duckdb(days: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return what customers_of does; DuckDB sorts each group for a first row, and need not for arg_min."""
    names = days.collect_schema().names()
    spans = [f"{word}({column}) as {name}" for name, (column, _, word) in _SPANS.items() if column in names]
    listed = ", ".join(["customer", *spans, "arg_min(spend, day) as first_spend"])
    customers: nw.LazyFrame[Any] = nw.from_native(days.to_native().aggregate(listed, "customer"))
    return customers


def customers_of_pairs(days: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return what customers_of does, the spend out of the least pair of day and spend: Spark knows no first row."""
    pair = nw.struct("day", "spend").min().alias("first_spend")
    return _grouped(days, pair).with_columns(nw.col("first_spend").struct.field("spend").alias("first_spend"))


def _grouped(days: nw.LazyFrame[Any], first_spend: nw.Expr) -> nw.LazyFrame[Any]:
    names = days.collect_schema().names()
    spans = [ask(nw.col(column)).alias(name) for name, (column, ask, _) in _SPANS.items() if column in names]
    return days.group_by("customer").agg(*spans, first_spend)
