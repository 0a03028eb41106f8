import pytest

from crmkit.datasets import SimulatedCompany, simulate_company


@pytest.fixture(scope="session")
def small() -> SimulatedCompany:
    return simulate_company(7, customers=300)


@pytest.fixture(scope="session", params=[1, 2, 3])
def large(request: pytest.FixtureRequest) -> SimulatedCompany:
    return simulate_company(request.param, customers=8_000)
