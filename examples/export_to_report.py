"""From a CRM export to a report: the story of crmkit in one sitting. Run it: `python examples/export_to_report.py`."""

from pathlib import Path

from crmkit import datasets, io, kpi, reporting
from crmkit.expressions import field


def main() -> None:
    """Tell the story."""
    # A company that does not exist, so that we know the truth about it: in the long run it wins 35 % of its deals.
    company = datasets.simulate_company(seed=7, customers=400)

    # Its CRM hands us a CSV with headers of its own. From here on, this file is all we have.
    datasets.write_sales_pipeline(company, "sales_pipeline.csv")

    # Read it. Nobody has told crmkit what the columns mean.
    result = io.read("sales_pipeline.csv")
    deals = result.table
    print(f"{result.accepted:,} {result.record}s accepted, {len(result.rejected)} rows rejected")

    # So it had to assume something, and says what. Two of its assumptions: what a row is, and which deals are won.
    for assumption in result.assumptions:
        if assumption.subject in ("deal", "status"):
            print(f"  assumed: {assumption}")

    # Three questions. We look back from the last day in the file: crmkit never asks the clock.
    last_day = reporting.latest_date(deals, result.record)
    for metric in (kpi.won_revenue, kpi.win_rate, kpi.sales_cycle):
        print(metric(deals, as_of=last_day))

    # A number without its definition is a rumour.
    print(f"{kpi.win_rate.label}: {kpi.win_rate.definition}")

    # The same question of some deals only: those that name a company.
    named = kpi.win_rate(deals, as_of=last_day, where=field("company_id").present())
    print(f"with a company: {named}")

    # And cut by seller. Where two intervals overlap widely, the difference may be luck.
    by_seller = sorted(kpi.win_rate(deals, as_of=last_day, by="owner_id"), key=lambda piece: piece.measurement.value)
    for piece in (by_seller[-1], by_seller[0]):
        print(f"{piece.keys[0]}: {piece.measurement}")

    # The company is simulated, so we can do what no one can with a real one: look up the truth.
    measured, truth = kpi.win_rate(deals, as_of=last_day), company.truth.win_rate
    print(f"true win rate {truth:.0%}, inside the interval: {measured.low <= truth <= measured.high}")

    # Everything at once. What the file cannot answer is not 0: the report says why there is no answer.
    report = reporting.report(result, title="Our pipeline", as_of=last_day)
    for card in report.cards:
        if card.measurement is not None and not card.measurement.defined:
            print(card.measurement)

    # Last, one page for those who were not here: it opens in any browser and asks nobody for anything.
    Path("report.html").write_text(reporting.render_html(report), encoding="utf-8")
    print("report.html is written")


if __name__ == "__main__":
    main()
