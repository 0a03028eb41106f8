"""CRM logic as a library: it decides and measures, and hands back values that the caller acts on.

The map, from the ground up:

    errors        every error and warning
    calendars     half-open periods: days, weeks, months, quarters, fiscal years, in any time zone; business days
    statistics    estimates with intervals; arrays in, numbers out
    expressions   one question, asked of a record or of a table: field("employees") >= 50
    records       what a CRM keeps: Contact, Deal, Ticket...; Money; Change, what an act does
    tables        the records as canonical dataframes of any kind
    repositories  stores: protocols, in memory, in a database; log, access policy, timeline
    pipeline      how a deal, a lead, a quote or a ticket moves: stages, guards, history
    quotes        price books, quotes and what they come to
    activities    tasks and meetings: recurrence, what comes next, iCalendar
    clv           how often customers will buy, whether they still do, and what that is worth
    kpi           one number about many records, with its interval: kpi.win_rate(deals)
    io            an export file in, a proven table out
    testing       the contract that every store fulfils, for your own tests
    ml            lifetime value as estimators of scikit-learn
    datasets      simulated companies whose truth is known
    reporting     the KPI table for a terminal, and one self-contained HTML page
    cli           the command `crmkit`
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
