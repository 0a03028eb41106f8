"""From a likelihood to parameters, and how sure they are.

`_mixture` sums a likelihood over customers, `_maximise` climbs to its top and `_firm` holds it there, `_estimate` says
what was found and `_draws` draws it anew. `_covariates` and `_design` let what is known of customers move parameters.
"""

from crmkit.clv._estimation._covariates import (
    coefficients_of,
    covariates_of,
    one_pattern,
    parameters_of,
    picked,
    rows_of,
)
from crmkit.clv._estimation._design import climbed
from crmkit.clv._estimation._draws import check_draws, drawn_estimates, is_known
from crmkit.clv._estimation._estimate import (
    Estimated,
    estimate_from_json,
    estimate_to_json,
    estimated,
    known,
    with_known,
)
from crmkit.clv._estimation._firm import FIRM, held
from crmkit.clv._estimation._maximise import Value, maximise
from crmkit.clv._estimation._mixture import Case, mixed, on_logs

__all__ = [
    "FIRM",
    "Case",
    "Estimated",
    "Value",
    "check_draws",
    "climbed",
    "coefficients_of",
    "covariates_of",
    "drawn_estimates",
    "estimate_from_json",
    "estimate_to_json",
    "estimated",
    "held",
    "is_known",
    "known",
    "maximise",
    "mixed",
    "on_logs",
    "one_pattern",
    "parameters_of",
    "picked",
    "rows_of",
    "with_known",
]
