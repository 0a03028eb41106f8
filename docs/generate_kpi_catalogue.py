"""Write docs/reference/kpi-catalogue.md from kpi.CATALOGUE: python docs/generate_kpi_catalogue.py."""

from pathlib import Path
from typing import Any

from crmkit import kpi

PAGE = Path(__file__).parent / "reference" / "kpi-catalogue.md"

HEAD = """\
# KPI catalogue

Every KPI of crmkit, in the order in which a report shows them. This page is made from `kpi.CATALOGUE` by
`docs/generate_kpi_catalogue.py`.

Each one is an object. `kpi.win_rate(deals)` takes a table, [sliced](../how-to/slice-a-kpi.md) as you like;
`kpi.win_rate.of(won=42, lost=24)` takes plain numbers. Intervals have a nominal coverage of 95 %; `confidence=` says
another.
"""

# The arguments of an example call: a tuple by position, a dict by name.
EXAMPLES: dict[str, tuple[Any, ...] | dict[str, Any]] = {
    "won_revenue": ([4200, 1700, 900],),
    "win_rate": {"won": 42, "lost": 24},
    "win_rate_by_value": {"won": 320_000, "lost": 410_000},
    "average_deal_size": ([4200, 1700, 900],),
    "sales_cycle": ([12, 30, 31, 45, 47, 60, 88, 120],),
    "mean_won_cycle": ([12, 30, 31, 45, 47, 60, 88, 120],),
    "open_pipeline": ([12_000, 8_000],),
    "weighted_pipeline": ([12_000, 8_000], [0.5, 0.2]),
    "lead_conversion_rate": {"converted": 48, "leads": 160},
    "conversion_rate": {"converted": 30, "visitors": 1000},
    "cac": {"spend": 12_000, "new_customers": 30},
    "churn_rate": {"lost": 14, "at_start": 400},
    "retention_rate": {"at_start": 400, "at_end": 410, "new": 24},
    "nps": ([10, 9, 9, 8, 7, 6, 3],),
    "csat": ([5, 5, 4, 4, 3, 2],),
}

BETTER = {"higher": "higher is better", "lower": "lower is better", None: "neither direction is better"}


def columns_of(metric: kpi.Metric[Any], measure: kpi.Measure) -> list[str]:
    """Return the columns that the metric reads, without the one that dates a record."""
    questions = [measure.among, *(question for quantity in measure.quantities for question in quantity.expressions)]
    questions += [metric.valid] if metric.valid is not None else []
    columns = {column for quantity in measure.quantities for column in quantity.columns}
    return sorted(columns.union(*(question.fields for question in questions)))


def taken_by(metric: kpi.Metric[Any]) -> str:
    """Say what the metric takes."""
    if metric.measure is None:
        return "plain numbers"
    read = ", ".join(f"`{column}`" for column in columns_of(metric, metric.measure))
    dated = f"; dated by `{metric.at}`" if metric.at else "; a state, not dated"
    return f"plain numbers, or a table of `{metric.record}` records with {read}{dated}"


def example(metric: kpi.Metric[Any]) -> tuple[str, kpi.Measurement]:
    """Return the text of the example call, and its answer."""
    arguments = EXAMPLES[metric.name]
    if isinstance(arguments, dict):
        text, answer = ", ".join(f"{name}={value!r}" for name, value in arguments.items()), metric.of(**arguments)
    else:
        text, answer = ", ".join(map(repr, arguments)), metric.of(*arguments)
    return f"kpi.{metric.name}.of({text})", answer


def section(metric: kpi.Metric[Any]) -> str:
    """Write one metric."""
    call, answer = example(metric)
    unit = "the currency of the amounts" if metric.unit == "currency" else metric.unit
    return f"""
## {metric.label}

`kpi.{metric.name}`: {metric.definition}.

- Unit: {unit}; {BETTER[metric.better]}
- Takes: {taken_by(metric)}
- Source: {metric.source}

```python
print({call})
```

```text
{answer}
```
"""


def page() -> str:
    """Write the whole page."""
    first = "\n```python\nfrom crmkit import kpi\n```\n"
    return HEAD + first + "".join(section(metric) for metric in kpi.CATALOGUE.values())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
