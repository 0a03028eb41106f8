"""What a pipeline is made of: stages, and the moves between them."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any, Literal, NoReturn, get_args

from attrs import Attribute, Factory, field, frozen

from crmkit.errors import InvalidPipeline, did_you_mean, shown
from crmkit.expressions import Expression

__all__ = ["FORECAST_CATEGORIES", "KINDS", "ForecastCategory", "Move", "Stage", "StageKind", "is_writable"]

StageKind = Literal["open", "on_hold", "won", "lost"]
ForecastCategory = Literal["omitted", "pipeline", "best_case", "commit", "closed"]
KINDS: tuple[str, ...] = get_args(StageKind)
FORECAST_CATEGORIES: tuple[str, ...] = get_args(ForecastCategory)

_PROBABILITY = {"won": 1.0, "lost": 0.0}
_CATEGORY: dict[str, ForecastCategory] = {"won": "closed", "lost": "omitted"}


def _refuse(thing: Any, name: str, value: object, reason: str) -> NoReturn:
    owner = f"stage {shown(thing.name)}" if isinstance(thing, Stage) else f"move {thing}"
    raise InvalidPipeline(f"{owner}: {name} {shown(value)} {reason}", code="invalid_stage", argument=name, value=value)


def is_writable(text: str) -> bool:
    """Tell whether a text can be encoded: not half of a surrogate pair, which JSON lets through."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(thing: Any, attribute: Attribute[Any], value: object) -> None:
    if not isinstance(value, str) or not value.strip() or not is_writable(value):
        _refuse(thing, attribute.name, value, "is no name; say a text")


def _optional_text(thing: Any, attribute: Attribute[Any], value: object) -> None:
    if value is not None:
        _text(thing, attribute, value)


def _one_of(options: tuple[str, ...]) -> Any:
    def check(thing: Any, attribute: Attribute[Any], value: object) -> None:
        if value not in options:
            _refuse(thing, attribute.name, value, f"is none of its choices{did_you_mean(str(value), options)}")

    return check


def _as_share(value: Any) -> Any:
    """Return one form of equal numbers, so that equal stages are written alike."""
    number = float(value) if type(value) is Decimal and not value.is_nan() else value
    return float(number) + 0.0 if type(number) in (int, float) and 0 <= number <= 1 else value


def _default_probability(stage: Any) -> float | None:
    return _PROBABILITY.get(str(stage.kind))


def _default_category(stage: Any) -> ForecastCategory:
    return _CATEGORY.get(str(stage.kind), "pipeline")


def _share(thing: Any, attribute: Attribute[Any], value: object) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is not None and not (number and 0 <= value <= 1):  # type: ignore[operator]  # a number, seen above
        _refuse(thing, attribute.name, value, "is not between 0 and 1; half is .5")


def _days(thing: Any, attribute: Attribute[Any], value: object) -> None:
    number = isinstance(value, int) and not isinstance(value, bool)
    if value is not None and not (number and value > 0):  # type: ignore[operator]  # a number, seen above
        _refuse(thing, attribute.name, value, "is not a whole number of days, 1 or more")


def _flag(thing: Any, attribute: Attribute[Any], value: object) -> None:
    if not isinstance(value, bool):
        _refuse(thing, attribute.name, value, "is neither True nor False")


def _question(thing: Any, attribute: Attribute[Any], value: object) -> None:
    if value is not None and not isinstance(value, Expression):
        _refuse(thing, attribute.name, value, "is no question; say field('amount').present()")


def _texts(value: Any) -> Any:
    """Return what is listed as a tuple; a single text would be taken for its letters."""
    one = isinstance(value, str | AbstractSet) or not isinstance(value, Iterable)
    return (value,) if one else tuple(value)


def _names(thing: Any, attribute: Attribute[Any], value: tuple[object, ...]) -> None:
    for name in value:
        if not isinstance(name, str) or not name.strip() or not is_writable(name):
            what = "has no order; say a list" if isinstance(name, AbstractSet) else "is no text"
            _refuse(thing, attribute.name, name, what)
    if len(set(value)) < len(value):
        _refuse(thing, attribute.name, value, "names something twice")


@frozen
class Stage:
    """One stage of a pipeline. Whether it is open, on hold, won or lost is its `kind`; its name is free.

    Args:
        name: how records and histories call it; unique in its pipeline.
        kind: "open", "on_hold" (open, but not worked on), "won" or "lost".
        label: how it is called on a page; the name, if not given.
        probability: of winning, 0 to 1; a record that enters takes it over. None leaves the record's as it is; won is
            1 and lost 0 where nothing else is said.
        forecast_category: "omitted", "pipeline", "best_case", "commit" or "closed".
        rots_after_days: after so many days of 24 hours in it a record is rotten.
        rots_after_business_days: the same in business days of the pipeline's calendar.
        requires: fields that must be filled in to enter.
        requires_on_exit: fields that must be filled in to leave for any stage that is not lost.
        when: what must hold to enter, wherever from.
        reasons: the choice of reasons, out of which one is given to enter.
        needs_reason: whether a reason is needed to enter, where there is no choice of them.

    Raises:
        InvalidPipeline: an argument that is not what it should be.
    """

    name: str = field(validator=_text)
    kind: StageKind = field(default="open", kw_only=True, validator=_one_of(KINDS))
    label: str | None = field(default=None, kw_only=True, validator=_optional_text)
    probability: float | None = field(
        default=Factory(_default_probability, takes_self=True), kw_only=True, converter=_as_share, validator=_share
    )
    forecast_category: ForecastCategory = field(
        default=Factory(_default_category, takes_self=True),
        kw_only=True,
        validator=_one_of(FORECAST_CATEGORIES),
    )
    rots_after_days: int | None = field(default=None, kw_only=True, validator=_days)
    rots_after_business_days: int | None = field(default=None, kw_only=True, validator=_days)
    requires: tuple[str, ...] = field(default=(), kw_only=True, converter=_texts, validator=_names)
    requires_on_exit: tuple[str, ...] = field(default=(), kw_only=True, converter=_texts, validator=_names)
    when: Expression | None = field(default=None, kw_only=True, validator=_question)
    reasons: tuple[str, ...] = field(default=(), kw_only=True, converter=_texts, validator=_names)
    needs_reason: bool = field(default=False, kw_only=True, validator=_flag)

    def __attrs_post_init__(self) -> None:
        if self.rots_after_days is not None and self.rots_after_business_days is not None:
            _refuse(self, "rots_after_business_days", self.rots_after_business_days, "stands beside rots_after_days")
        if self.is_final and (self.rots_after_days or self.rots_after_business_days):
            _refuse(self, "kind", self.kind, "does not rot; what is closed has no time to lose")

    @property
    def is_final(self) -> bool:
        """Whether a record in it is closed: won or lost."""
        return self.kind in ("won", "lost")

    @property
    def title(self) -> str:
        """The label, or the name where there is none."""
        return self.label or self.name


@frozen
class Move:
    """A way from one stage to another.

    Args:
        from_stage: the name of the stage that is left.
        to_stage: the name of the stage that is entered.
        when: what must hold.
        requires: fields that must be filled in.

    Raises:
        InvalidPipeline: an argument that is not what it should be, or a move from a stage to itself.
    """

    from_stage: str = field(validator=_text)
    to_stage: str = field(validator=_text)
    when: Expression | None = field(default=None, kw_only=True, validator=_question)
    requires: tuple[str, ...] = field(default=(), kw_only=True, converter=_texts, validator=_names)

    def __attrs_post_init__(self) -> None:
        if self.from_stage == self.to_stage:
            _refuse(self, "to_stage", self.to_stage, "is where it begins; staying is no move")

    def __str__(self) -> str:
        return f"{self.from_stage} -> {self.to_stage}"
