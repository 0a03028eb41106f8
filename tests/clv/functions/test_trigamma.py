import numpy as np
from scipy.special import polygamma

from crmkit.clv._functions import trigamma


def test_trigamma_is_the_derivative_of_digamma():
    values = np.array([0.01, 1.0, 30.0])
    np.testing.assert_allclose(trigamma(values), polygamma(1, values), rtol=1e-13)
