"""What customers are worth: how often each will buy, times what each spends on a purchase."""

from crmkit.clv._lifetime_value._lifetime_value import LifetimeValue, lifetime_value
from crmkit.clv._lifetime_value._new_customer import new_customer_value

__all__ = ["LifetimeValue", "lifetime_value", "new_customer_value"]
