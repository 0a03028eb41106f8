"""Small record classes, declared as crmkit.records declares them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import field, frozen


@frozen
class Spec:
    kind: str
    personal: bool = False
    choices: tuple[str, ...] | None = None
    target: type | None = None


@frozen
class Company:
    id: str
    name: str | None = None
    employees: int | None = None
    custom: Mapping[str, Any] = MappingProxyType({})

    __fields__ = {
        "id": Spec("id"),
        "name": Spec("text"),
        "employees": Spec("integer"),
        "owner_email": Spec("text", personal=True),
    }


@frozen
class Lead:
    id: str
    email: str | None = None
    score: float | None = None
    visits: int | None = None
    status: str = "open"
    agreed: bool | None = None
    seen: Any = None
    born: Any = None
    tags: tuple[str, ...] = ()
    company_id: str | None = None
    company: Any = None
    custom: Mapping[str, Any] = MappingProxyType({})

    __fields__ = {
        "id": Spec("id"),
        "email": Spec("text", personal=True),
        "score": Spec("money"),
        "visits": Spec("integer"),
        "status": Spec("choice", choices=("open", "won", "lost")),
        "agreed": Spec("flag"),
        "seen": Spec("instant"),
        "born": Spec("date"),
        "tags": Spec("tags"),
        "company_id": Spec("id", target=Company),
    }


@frozen
class Custom:
    """The custom fields of one tenant, as `check` is given them."""

    specs: Mapping[type, Mapping[str, Spec]] = field(factory=dict)

    def of(self, cls: type) -> Mapping[str, Spec]:
        return self.specs.get(cls, {})
