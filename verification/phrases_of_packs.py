"""What a report may say of a run's pack, and of what ships: phrases and numbers, by their place."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

import numpy as np

from verification.intervals import Numbers
from verification.numbers_that_ship import shipped

SETS = {"1945-1989": "accepted.toml", "1945-1962": "backtest/accepted.toml"}
"""What is fitted to past crises of which years."""
CREDIBLE = re.compile(r"[ABC][12]")


@dataclass(frozen=True)
class Allowed:
    """What may stand in a text: phrases word for word, and numbers."""

    phrases: list[str] = field(default_factory=list)
    numbers: Numbers = field(default_factory=list)

    def add(self, phrases: Iterable[str] = (), numbers: Iterable[float] = ()) -> None:
        """Allow more."""
        self.phrases.extend(phrases)
        self.numbers.extend(map(float, numbers))


Known: TypeAlias = dict[tuple[str, str], Allowed]
"""By part and row: of a row, of a whole part where the row is empty, of all where both are."""


def add(found: Known, resolved: Mapping[str, Mapping[str, Any]], pack: Mapping[str, Any]) -> None:
    """Add what may be said of a pack's numbers, claims, signs and forces, and of past crises."""
    _add_numbers(found, resolved)
    _add_claims(found, resolved, pack)
    _add_pack(found, pack)
    _add_past(found, SETS[pack.get("accepted_set", "1945-1989")])


def _add_numbers(found: Known, resolved: Mapping[str, Mapping[str, Any]]) -> None:
    """Add of each number what is known of it, as a table has it."""
    for path, one in resolved.items():
        unit = f" {one['unit']}" if one["unit"] else ""
        for part in ("assumptions", "graded"):
            found[part, path].add((f"{_known_of(one)}{unit}", path, *path.split(".")))


def _known_of(one: Mapping[str, Any]) -> str:
    low, high = one["low"], one["high"]
    if one["kind"] == "values":
        return " or ".join(f"{value:g}" for value in one["values"])
    if one["kind"] == "gamma":
        return f"gamma of mean {one['mean']:g}, shape {one['gamma_shape']:g}"
    if one["kind"] == "accepted":
        ends = np.quantile(one["values"], (0.05, 0.95), method="inverted_cdf")
        return f"calibrated, {ends[0]:.3g} to {ends[1]:.3g}"
    return f"{low:g} to {high:g}" if low < high else f"{low:g}"


def _add_claims(
    found: Known, resolved: Mapping[str, Mapping[str, Any]], pack: Mapping[str, Any]
) -> None:
    """Add how many numbers rest on what, and how many a claim gives and bears on."""
    claims, numbers = pack.get("claims", {}), list(resolved.values())
    borne = [one for one in numbers if any(key in claims for key in one["because"])]
    given = [one for one in numbers if one["gives"]]
    rest = [one for one in numbers if one not in borne]
    fitted = [one for one in numbers if "calibrated" in one["because"]]
    general = [one for one in rest if {"default", "catalogue"} & set(one["because"])]
    grades = [[claims[key]["grade"] for key in one["gives"]] for one in given]
    credible = sum(any(CREDIBLE.fullmatch(grade) for grade in one) for one in grades)
    kinds = (len(fitted), len(general), len(rest) - len(fitted) - len(general))
    said = (len(numbers), len(borne), len(given), len(rest), len(borne) - len(given))
    unmoved = len(claims) - len({key for one in borne for key in one["because"]} & set(claims))
    for part in ("brief", "brief-evidence", "endings", "resting", "evidence", "assumptions"):
        place = found[f"{part}, text", ""]
        place.add(numbers=(*said, *kinds, len(fitted) + credible, unmoved, len(claims)))
        place.add(numbers=(len(pack.get("sources", {})), *_cited(claims, borne)))
    for says, kind in zip(("past crises", "general", "a reason"), kinds, strict=True):
        found["resting", says].add(numbers=[kind])
    found["resting", ""].add(numbers=(len(borne), *kinds))
    _add_each(found, resolved, claims)
    for number, (key, held) in enumerate(pack.get("hypotheses", {}).items(), 1):
        found["hypotheses", key].add([f"{number}. {held['says']}"])
        found["hypotheses-tests", str(number)].add(numbers=[number])
    for key, source in pack.get("sources", {}).items():
        found["sources", key].add(_dates(source))
    for one in Counter(claim["source"] for claim in claims.values()).most_common(1):
        found["brief-evidence, text", ""].add(_dates(pack["sources"][one[0]]))


def _dates(part: Mapping[str, Any]) -> list[str]:
    return [str(value) for value in part.values() if isinstance(value, date)]


def _cited(claims: Mapping[str, Any], borne: Sequence[Mapping[str, Any]]) -> tuple[int, ...]:
    """Return how many documents are cited, how often the first is, and what rests on it alone."""
    if not claims:
        return ()
    cited = Counter(one["source"] for one in claims.values())
    main, often = cited.most_common(1)[0]
    each = ({claims[key]["source"] for key in one["because"] if key in claims} for one in borne)
    return len(cited), often, sum(one == {main} for one in each)


def _add_each(
    found: Known, resolved: Mapping[str, Mapping[str, Any]], claims: Mapping[str, Any]
) -> None:
    """Add of each claim its grade, and how many numbers it gives and bears on."""
    for key, claim in claims.items():
        gives = sum(key in one["gives"] for one in resolved.values())
        bears = sum(key in one["because"] for one in resolved.values()) - gives
        for part in ("influence", "influence-others"):
            found[part, key].add([claim["grade"]])
        for part in ("claims", "claims-unused"):
            found[part, key].add((claim["grade"], *_dates(claim)), (gives, bears))
    for path, one in resolved.items():
        found["graded", path].add([claims[key]["grade"] for key in one["gives"] if key in claims])


def _add_pack(found: Known, pack: Mapping[str, Any]) -> None:
    """Add how many signs and forces a pack has."""
    signs, forces, events = (len(pack.get(name, {})) for name in ("signs", "forces", "events"))
    seen = len(pack.get("indicators", {}))
    found["watching, text", ""].add((f"names {signs} sign", f"; {seen} others"))
    found["calendar", ""].add((f"{seen} dated signs", f"{forces} forces", f"{events} event"))
    found["posture_map", ""].add([f"{forces} forces"])


def _add_past(found: Known, accepted: str) -> None:
    """Add how many past crises of which years the model was fitted to, and was tried on."""
    fit, told = shipped(accepted), shipped("backtest/record.toml")
    past, rows = fit["provenance"]["history"], len(next(iter(fit["numbers"].values())))
    years = (past["first"], past["last"], past["last"] + 1, past["crises"], rows)
    tried = (told["first"], told["last"], told["before"], told["crises"])
    for part in ("fitness, text", "fared, text"):
        found[part, ""].add(numbers=(*years, *tried))
    for part in ("history", "history-lengths"):
        found[part, ""].add([shipped("history.toml")["provenance"]["source"]])
