"""Reduce orders to customers: on pandas, polars and DuckDB against the same by hand, on pandas against lifetimes too.

Orders lie in a parquet file, in the order of time, about three a customer; frames are read from it before the clock
starts, lazy frames and relations read it while it runs. By hand means for these orders alone: no refunds, no missing
cells, days in UTC, in the words of the engine; the answers must be equal to the last bit.
"""

import argparse
import json
import tempfile
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd
from _orders import write_orders
from _process import in_a_process, measured

LAST = date(2024, 12, 30)
COLUMNS = ["customer_id", "frequency", "recency", "T", "monetary_value"]


def pandas_frame(path: Path) -> pd.DataFrame:
    return pd.read_parquet(path)


def polars_frame(path: Path) -> Any:
    import polars as pl

    return pl.read_parquet(path)


def polars_lazy(path: Path) -> Any:
    import polars as pl

    return pl.scan_parquet(path)


def duckdb_relation(path: Path) -> Any:
    import duckdb

    duckdb.execute("set threads = 1")
    return duckdb.read_parquet(str(path))


def by_crmkit(orders: Any) -> Any:
    from crmkit.tables import customer_summary

    return customer_summary(orders, as_of=LAST, unit="day").table


def by_lifetimes(orders: pd.DataFrame) -> pd.DataFrame:
    from lifetimes.utils import summary_data_from_transaction_data

    found = summary_data_from_transaction_data(
        orders, "customer_id", "ordered_at", "amount", observation_period_end=LAST, freq="D"
    )
    return found.reset_index()


def by_pandas(orders: pd.DataFrame) -> pd.DataFrame:
    days = orders.groupby(["customer_id", orders["ordered_at"].dt.floor("D").rename("day")])["amount"].sum()
    days = days.reset_index()
    found = days.groupby("customer_id").agg(
        first=("day", "first"),
        last=("day", "last"),
        days=("day", "size"),
        spend=("amount", "sum"),
        first_spend=("amount", "first"),
    )
    repeats = found["days"] - 1
    return pd.DataFrame(
        {
            "frequency": repeats.astype(float),
            "recency": (found["last"] - found["first"]).dt.days.astype(float),
            "T": (pd.Timestamp(LAST, tz="UTC") - found["first"]).dt.days.astype(float),
            "monetary_value": (found["spend"] - found["first_spend"]) / repeats.where(repeats > 0),
        }
    ).reset_index()


def by_polars(orders: Any) -> Any:
    import polars as pl

    day = pl.col("ordered_at").dt.date().alias("day")
    days = orders.lazy().group_by("customer_id", day).agg(pl.col("amount").sum())
    customers = days.group_by("customer_id").agg(
        pl.col("day").min().alias("first"),
        pl.col("day").max().alias("last"),
        (pl.len().cast(pl.Float64) - 1).alias("frequency"),
        pl.col("amount").sum(),
        pl.col("amount").get(pl.col("day").arg_min()).alias("first_spend"),
    )
    return (
        customers.select(
            "customer_id",
            "frequency",
            (pl.col("last") - pl.col("first")).dt.total_days().cast(pl.Float64).alias("recency"),
            (pl.lit(LAST) - pl.col("first")).dt.total_days().cast(pl.Float64).alias("T"),
            pl.when(pl.col("frequency") > 0)
            .then((pl.col("amount") - pl.col("first_spend")) / pl.col("frequency"))
            .alias("monetary_value"),
        )
        .sort("customer_id")
        .collect()
    )


BY_HAND = f"""
    with days as (
        select customer_id, (ordered_at at time zone 'UTC')::date as day, sum(amount) as spend from orders group by all
    ), customers as (
        select customer_id, min(day) as first, max(day) as last, count(*) - 1 as repeats, sum(spend) as spend,
               arg_min(spend, day) as first_spend
        from days group by customer_id
    )
    select customer_id, repeats::double as frequency, (last - first)::double as recency,
           (date '{LAST}' - first)::double as T,
           if(repeats > 0, (spend - first_spend) / repeats, null) as monetary_value
    from customers order by customer_id
"""  # noqa: S608  # written here


def by_duckdb(orders: Any) -> Any:
    return orders.query("orders", BY_HAND).to_arrow_table()


Step = Callable[[Any], Any]
CASES: dict[str, tuple[Callable[[Path], Any], str, Step]] = {
    "lifetimes": (pandas_frame, "lifetimes", by_lifetimes),
    "pandas": (pandas_frame, "pandas by hand", by_pandas),
    "polars": (polars_frame, "polars by hand", by_polars),
    "polars-lazy": (polars_lazy, "polars by hand", by_polars),
    "duckdb": (duckdb_relation, "DuckDB by hand", by_duckdb),
}
KINDS = {
    "lifetimes": "a frame of pandas",
    "pandas": "a frame of pandas",
    "polars": "a frame of polars",
    "polars-lazy": "a parquet file through polars",
    "duckdb": "a parquet file through DuckDB",
}


def bits(table: Any) -> int:
    """Return a number that stands for the cells of a summary, to the last bit; a missing mean counts as 0."""
    import narwhals as nw

    frame = nw.from_native(table)
    cells = {name: frame[name].cast(nw.Float64).to_numpy() for name in COLUMNS}
    held = pd.DataFrame(cells).fillna(0.0)
    return int(pd.util.hash_pandas_object(held, index=True).sum() % 2**53)


def run(case: str, side: str, path: Path) -> None:
    warnings.simplefilter("ignore")
    open_orders, _, by_hand = CASES[case]
    step = by_crmkit if side == "crmkit" else by_hand
    with tempfile.TemporaryDirectory() as place:  # what is imported on the way does not count
        few = Path(place) / "few.parquet"
        write_orders(few, 100)
        step(prepared(case, side, open_orders(few)))
    orders = prepared(case, side, open_orders(path))
    found, cost = measured(lambda: step(orders))
    print(json.dumps({**cost, "customers": len(found), "bits": bits(found)}))


def prepared(case: str, side: str, orders: Any) -> Any:
    """Return orders as a side reads them: lifetimes knows no time zones."""
    if case == "lifetimes" and side == "peer":
        return orders.assign(ordered_at=orders["ordered_at"].dt.tz_localize(None))
    return orders


def compared(case: str, path: Path, orders: int, runs: int) -> dict[str, object]:
    """Return the line of a case: both sides in turn, so that what slows the machine down slows both."""
    results: dict[str, list[dict[str, Any]]] = {"crmkit": [], "peer": []}
    for _ in range(runs):
        for side, found in results.items():
            found.append(in_a_process(__file__, case=case, side=side, file=path))
    agreed = {(one["customers"], one["bits"]) for found in results.values() for one in found}
    assert len(agreed) == 1, f"{case}: the summaries differ: {agreed}"
    seconds = {side: median(one["seconds"] for one in found) for side, found in results.items()}
    memory = {side: max(one["megabytes"] for one in found) for side, found in results.items()}
    return {
        "case": f"customer summary of {KINDS[case]}",
        "size": orders,
        "customers": results["peer"][0]["customers"],
        "crmkit_seconds": round(seconds["crmkit"], 3),
        "crmkit_megabytes": round(memory["crmkit"]),
        "peer": CASES[case][1],
        "peer_seconds": round(seconds["peer"], 3),
        "peer_megabytes": round(memory["peer"]),
        "ratio": round(seconds["crmkit"] / seconds["peer"], 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, nargs="+", default=[330_000, 3_300_000])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cases", choices=CASES, nargs="+", default=list(CASES))
    parser.add_argument("--case", choices=CASES, help=argparse.SUPPRESS)
    parser.add_argument("--side", choices=["crmkit", "peer"], help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.case:
        run(asked.case, asked.side, asked.file)
        return
    with tempfile.TemporaryDirectory() as place:
        for customers in asked.customers:
            path = Path(place) / f"{customers}.parquet"
            orders = write_orders(path, customers)
            for case in asked.cases:
                if case != "lifetimes" or orders < 2_000_000:
                    print(json.dumps(compared(case, path, orders, asked.runs)), flush=True)


if __name__ == "__main__":
    main()
