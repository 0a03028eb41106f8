"""Products, their prices, and quotes from the first draft to the subscriptions that come of them.

    unit_price, line_item    a price out of a price book, and a line of a quote with it
    price                    what a quote comes to: QuoteTotals of PricedLine, TaxTotal and BillingTotal
    send, revise             acts on a draft, and on what was sent: each a Change
    accept, decline, expire  how a quote ends; accepting it updates its deal
    subscriptions_of         what an accepted quote bills again and again

All amounts are exact: each part is whole in the minor unit of its currency, and the parts add up to the whole.
`_pricing` is the page to read; the stages of a quote are `crmkit.pipeline.quote_lifecycle`.
"""

from crmkit.quotes._answering import accept, decline, expire
from crmkit.quotes._price_books import line_item, unit_price
from crmkit.quotes._pricing import price
from crmkit.quotes._sending import revise, send
from crmkit.quotes._subscribing import subscriptions_of
from crmkit.quotes._totals import BillingTotal, PricedLine, QuoteTotals, TaxTotal

__all__ = [
    "BillingTotal",
    "PricedLine",
    "QuoteTotals",
    "TaxTotal",
    "accept",
    "decline",
    "expire",
    "line_item",
    "price",
    "revise",
    "send",
    "subscriptions_of",
    "unit_price",
]
