"""Cost against the number of customers: orders to a summary in an engine, and summary to a fit, apart.

Orders lie in a parquet file, about three a customer, over a year of days. A fit is given a frame of pandas in memory:
purchase models the collapsed histories, Gamma-Gamma one row a customer, since hardly two of them spend the same.
"""

import argparse
import json
import tempfile
import warnings
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd
from _orders import write_orders
from _process import in_a_process, measured
from customer_summary import LAST, duckdb_relation, polars_lazy

ENGINES = {"DuckDB": duckdb_relation, "polars": polars_lazy}
FITS = {"BG/NBD": "BetaGeo", "Pareto/NBD": "ParetoNBD", "Gamma-Gamma": "GammaGamma"}


def summarised(engine: str, orders: Path, collapse: bool) -> Any:
    from crmkit.tables import customer_summary

    return customer_summary(ENGINES[engine](orders), as_of=LAST, collapse=collapse)


def summary(engine: str, collapse: bool, place: Path) -> dict[str, Any]:
    few = place / "few.parquet"
    summarised(engine, few, collapse)  # what is imported on the way does not count
    found, cost = measured(lambda: summarised(engine, place / "orders.parquet", collapse))
    if engine == "DuckDB":
        written = found.table.to_pandas()
        written.to_parquet(place / ("histories.parquet" if collapse else "customers.parquet"))
    return {**cost, "rows": len(found.table)}


def fit(model: str, place: Path) -> dict[str, Any]:
    import crmkit.clv

    data = pd.read_parquet(place / ("customers.parquet" if model == "Gamma-Gamma" else "histories.parquet"))
    asked = getattr(crmkit.clv, FITS[model])()
    asked.fit(data.head(5000))
    _, cost = measured(lambda: asked.fit(data))
    pairs = {"T": 0, "recency": 0}
    if model != "Gamma-Gamma":
        pairs = {name: len(data[["frequency", name]].drop_duplicates()) for name in pairs}
    return {**cost, "pairs": sum(pairs.values())}


def compared(customers: int, runs: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as held:
        place = Path(held)
        write_orders(place / "few.parquet", 1000)
        line: dict[str, object] = {"customers": customers, "orders": write_orders(place / "orders.parquet", customers)}
        for engine in ENGINES:
            for collapse in (False, True):
                asked = {"engine": engine, "collapse": int(collapse)}
                rows = taken(line, f"{engine}, {'histories' if collapse else 'customers'}", place, runs, asked)["rows"]
                line["histories" if collapse else "rows"] = rows
        for model in FITS:
            pairs = taken(line, model, place, runs, {"model": model})["pairs"]
            line["pairs"] = pairs or line["pairs"]
    return line


def taken(line: dict[str, object], name: str, place: Path, runs: int, asked: dict[str, object]) -> dict[str, Any]:
    """Take a step so many times; add its seconds and memory to the line, and return what it counted."""
    found = [in_a_process(__file__, place=place, **asked) for _ in range(runs)]
    line[f"{name}: seconds"] = round(median(one["seconds"] for one in found), 3)
    line[f"{name}: megabytes"] = round(max(one["megabytes"] for one in found))
    return found[0]


def printed(lines: list[dict[str, object]]) -> None:
    """Print the lines as tables of Markdown: summaries and fits apart."""
    steps = [name.removesuffix(": seconds") for name in lines[0] if name.endswith(": seconds")]
    for counts, heads in (("orders", steps[:4]), ("pairs", steps[4:])):
        extra = ["histories"] if counts == "pairs" else []
        names = ["customers", *extra, counts]
        print("\n| " + " | ".join([*names, *heads]) + " |")
        print("|" + "---:|" * (len(names) + len(heads)))
        for line in lines:
            cells = [f"{line[name]:,}" for name in names]
            cells += [f"{line[f'{head}: seconds']:.2f} s, {line[f'{head}: megabytes']:,} MB" for head in heads]
            print("| " + " | ".join(cells) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, nargs="+", default=[10_000, 100_000, 1_000_000, 10_000_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--table", action="store_true", help="print tables of Markdown at the end")
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--collapse", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--model", choices=FITS, help=argparse.SUPPRESS)
    parser.add_argument("--place", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    if asked.engine:
        print(json.dumps(summary(asked.engine, bool(asked.collapse), asked.place)))
    elif asked.model:
        print(json.dumps(fit(asked.model, asked.place)))
    else:
        lines = []
        for customers in asked.customers:
            lines.append(compared(customers, asked.runs))
            print(json.dumps(lines[-1]), flush=True)
        if asked.table:
            printed(lines)


if __name__ == "__main__":
    main()
