"""What to watch: the signs that the crisis names, and what each would point to."""

import shlex

from detente.analysis import wording
from detente.analysis.wording import quantity
from detente.pack import Crisis
from detente.report.blocks import Column, Command, Section, Table
from detente.report.material import Material
from detente.report.method import method


def section(material: Material) -> Section:
    """Return the answer to what to watch."""
    crisis = material.crisis
    signs, seen = len(crisis.model.signs), len(crisis.model.indicators)
    folder = shlex.quote(str(material.run.folder))
    return Section(
        key="watching",
        title="What should be watched?",
        answer=(
            (
                f"The crisis names {signs} signs to watch for and {seen} that have been seen. Each "
                "points to what may be planned; none tells how it ends.",
            ),
        ),
        blocks=(
            *((_table(crisis),) if signs or seen else ()),
            Command(
                "What is seen later re-weights the futures that were played:",
                f"detente update {folder} --observed FILE",
            ),
        ),
        method=method(
            material,
            how="A sign changes the odds of plans by its likelihood ratio, in each world anew.",
            left_out="Signs that nobody wrote into the pack, and deception beyond the false "
            "alarms that each sign allows for.",
            would_change="Other likelihood ratios: most are one reading of past cases.",
        ),
    )


def _table(crisis: Crisis) -> Table:
    rows = [
        (f"seen: {_name(key)}", _plans(one.points_to), _ratio(crisis, f"indicators.{key}"), "")
        for key, one in crisis.model.indicators.items()
    ]
    rows += [
        (
            f"to watch: {_name(key)}",
            _plans(one.points_to),
            _ratio(crisis, f"signs.{key}"),
            _known(crisis, f"signs.{key}.false_positive"),
        )
        for key, one in crisis.model.signs.items()
    ]
    return Table(
        "signs",
        "Signs, and how much likelier each is under the plans that it points to",
        (
            Column("Sign"),
            Column("Points to"),
            Column("Times likelier", is_number=True, origin="reported"),
            Column("Chance without", is_number=True, origin="assumed"),
        ),
        tuple(rows),
    )


def _name(key: str) -> str:
    return key.replace("_", " ")


def _plans(plans: tuple[str, ...]) -> str:
    return " or ".join(PLANS[plan] for plan in plans)


PLANS = dict(
    zip(("display", "stand_off", "sustained", "direct_action"), wording.PLANS, strict=True)
)
"""What the plans of a pack are called, by their keys."""


def _ratio(crisis: Crisis, path: str) -> str:
    return _known(crisis, f"{path}.likelihood_ratio")


def _known(crisis: Crisis, path: str) -> str:
    return quantity(crisis.numbers[path]) if path in crisis.numbers else ""
