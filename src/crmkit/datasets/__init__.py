"""Simulated companies with known truth, for documentation, tests and benchmarks.

simulate_company       all tables of a CRM that fit together, from a seed
SimulatedCompany       its tables, the truth, and when it was exported
Truth, LogNormal       the parameters it is simulated from
sales_pipeline         its deals as the text of a CRM export, of the shape of Maven Analytics' sales_pipeline.csv
write_sales_pipeline   that as a CSV file

From top to bottom: `_truth`, `_random` (streams), `_columns` (canonical tables), `_names`; then what is drawn in the
order in which it depends on each other: `_customers`, `_leads`, `_deals`, `_activities`, `_commerce`, `_service`.
"""

from crmkit.datasets._company import SimulatedCompany, simulate_company
from crmkit.datasets._sales_pipeline import sales_pipeline, write_sales_pipeline
from crmkit.datasets._truth import LogNormal, Truth

__all__ = ["LogNormal", "SimulatedCompany", "Truth", "sales_pipeline", "simulate_company", "write_sales_pipeline"]
