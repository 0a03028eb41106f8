"""Products, their prices, and quotes from the first draft to the subscription that comes of it.

    unit_price, line_item    a price out of a price book, and a line of a quote with it
    price                    what a quote comes to: QuoteTotals of PricedLine, TaxTotal, BillingTotal

All amounts are exact: each part is whole in the minor unit of its currency, and the parts add up to the whole.
"""

from crmkit.quotes._price_books import line_item, unit_price
from crmkit.quotes._pricing import price
from crmkit.quotes._totals import BillingTotal, PricedLine, QuoteTotals, TaxTotal

__all__ = [
    "BillingTotal",
    "PricedLine",
    "QuoteTotals",
    "TaxTotal",
    "line_item",
    "price",
    "unit_price",
]
