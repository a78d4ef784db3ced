"""How the model performed on past crises: the figures that every report shows.

They come from the back-test of `lab`, and from `verification.model`, which plays packs of past
crises and compares differences with history. They ship as figures; no row of a table does.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple, TypeAlias

from detente.pack.toml import read_shipped
from detente.questions.past.definitions import RATES
from detente.questions.wording import series

SHIPPED_RECORD = "backtest/record.toml"
TARGETS: Mapping[str, str] = MappingProxyType({key: RATES[key].title for key in ("serious", "war")})
"""The outcomes that are forecast, with their titles."""
RIVALS = {"serious": "trigger", "war": "base"}
"""The forecasts that those of each target must beat to be useful."""
BEHIND_LOGISTIC = 0.005
"""Largest excess of the Brier score over that of a logistic regression with the same attributes."""
SLOPES = (0.7, 1.3)
"""Between these the slope of recalibration should lie."""
LEAST_RANK = 0.6
"""Of crises that began without violence this share of pairs should be in order."""
CRITERIA: Mapping[str, tuple[str, str]] = {
    "serious_better_than_trigger": ("serious", "a lower Brier score than rates by trigger"),
    "serious_near_logistic": (
        "serious",
        f"a Brier score at most {BEHIND_LOGISTIC:g} above that of the logistic regression",
    ),
    "serious_slope": ("serious", f"a slope of recalibration of {SLOPES[0]:g} to {SLOPES[1]:g}"),
    "serious_auc_non_violent": (
        "serious",
        f"an AUC of {LEAST_RANK:g} or more within non-violent starts",
    ),
    "war_no_worse_than_base": ("war", "no higher Brier score than the base rate"),
}
"""Criteria for the forecasts: the target, and the criterion in words."""


def criteria_named(holds: Mapping[str, bool | None], value: bool | None) -> str:
    """Return in words those that hold, that do not or that are not estimable, by target."""
    found: dict[str, list[str]] = {}
    for key, (target, asked) in CRITERIA.items():
        if holds.get(key) is value:
            found.setdefault(TARGETS[target], []).append(asked)
    return "; ".join(f"for {title}, {series(asked)}" for title, asked in found.items())


class ModelRecord(NamedTuple):
    """The back-test's figures in every report."""

    first: int
    last: int
    before: Annotated[int, "year up to which rows were fitted to"]
    crises: int
    brier: Annotated[Mapping[str, Mapping[str, float]], "target -> name -> Brier score"]
    more: Annotated[
        Mapping[str, Mapping[str, float]],
        "target -> value, low, high of the model's score less that of its rival",
    ]
    holds: Annotated[Mapping[str, bool], "which criteria hold, of those that are estimable"]


def record_shipped() -> ModelRecord:
    """Return the back-test's figures that ship."""
    record = read_shipped(SHIPPED_RECORD)
    return ModelRecord(*(record[name] for name in ModelRecord._fields))


SHIPPED_PLAYS, SHIPPED_DIFFERENCES = "backtest/plays.toml", "backtest/differences.toml"
"""What came of packs of past crises, and differences after one change."""
FORCE_OF_TABLE = {"serious": "force"}
"""Serious clashes or war in the table are the outcome `force` here."""
UNCLEAR = "we cannot tell yet"
OPPOSITE, BEYOND, UNMOVED = "opposite", "beyond history", "moves nothing"
SAME, UNKNOWN, NONE = "same", "history cannot tell", "none such"
MISSES = (OPPOSITE, BEYOND, UNMOVED)
ORDER = (*MISSES, SAME, UNKNOWN, NONE)
"""The verdicts on the sign of a difference, misses first."""
Ends: TypeAlias = Sequence[float]
"""A difference and both ends of its 90 % interval, in points of 100; empty if there is none."""


class Difference(NamedTuple):
    """The difference that a change is associated with, in past crises and in the model."""

    says: str
    outcome: str
    counted: Annotated[float, "difference between past crises with it and without [points]"]
    history: Annotated[Ends, "the same, other attributes held alike"]
    wider: Annotated[Ends, "the same of more years"]
    model: Annotated[Mapping[str, Ends], "by the start of the reference pack"]
    identified: Annotated[str, "why history's figure is no effect; empty if nothing is known"]

    @property
    def sign(self) -> str:
        """Return whether the model's sign is history's, or is allowed if history's is not clear."""
        if not self.model:
            return NONE
        if _sign(self.history) == 0:
            _, low, high = self.history
            outside = [high < one[1] or one[2] < low for one in self.model.values()]
            return BEYOND if any(outside) else UNKNOWN
        signs = {_sign(one) for one in self.model.values()} - {0}
        if not signs:
            return UNMOVED
        return SAME if signs == {_sign(self.history)} else OPPOSITE


def _sign(ends: Ends) -> int:
    """Return the sign of a difference, 0 if its interval has both."""
    _, low, high = ends
    return int(low > 0.0) - int(high < 0.0)


def differences_of(found: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return the differences in a shipped table: misses first, those that are no test last."""
    known = [
        Difference(
            change["says"],
            FORCE_OF_TABLE.get(outcome, outcome),
            history["counted"],
            history["adjusted"],
            history["wider"],
            found["model"].get(change.get("same_as", name), {}).get(outcome, {}),
            change.get("identified", ""),
        )
        for name, change in found["changes"].items()
        for outcome, history in found["history"][name].items()
    ]
    return tuple(sorted(known, key=lambda one: (bool(one.identified), ORDER.index(one.sign))))
