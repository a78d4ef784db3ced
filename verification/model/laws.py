"""Checks that force responds to its causes as theory predicts, by sign and by size.

`python -m verification.model.laws` plays each change of `laws.toml` on the same draws as the worlds
without it, for two seeds. It prints by how much each outcome moves, with its 90 % interval over the
scrambles of both seeds, and at the end all packs side by side. A law holds if the interval is on
the predicted side and the figure at least as large as predicted. If this version is known to miss
one, the table gives the reason; the status is 1 if any other does not hold.
"""

import argparse
import re
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from unittest.mock import patch

import numpy as np

from detente.ensemble import measures
from detente.ensemble.design import SCRAMBLES
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import by_scramble, mean_over
from detente.kernel import solution
from detente.kernel.arithmetic import logistic, logit
from detente.kernel.causes import know_defences, know_types, remove_noise, remove_optimism
from detente.kernel.defence import PRINCIPAL
from detente.kernel.endings import Violence
from detente.kernel.layout import Array
from detente.kernel.ruling import Verdict
from detente.kernel.solution import change_rates, merge_stages, reduce_stakes
from detente.kernel.talks import PACKAGES, ChallengerMove
from detente.kernel.theatre import Reply
from detente.kernel.world import World
from detente.pack import Crisis, load
from detente.pack.crisis import read_crisis
from detente.pack.files import PackText
from verification.model.drawn import draw
from verification.model.sampling import (
    ChangeOfRecord,
    Sample,
    Values,
    paths_of,
    play_sample,
    sample_of,
)

LAWS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
REFERENCES = ("reference-nonviolent", "reference-violent")
CRISES = ("oman-2026", "june-2025")
GUARDED = str(Path(__file__).parent / "guarded")
"""A pack of which a friend of the defender with means of its own is a part."""
BORDER = str(Path(__file__).parent / "border")
"""A pack of which troops and land that they fight for are a part."""
ISLET = str(Path(__file__).parent / "islet")
"""A pack with an issue of which a share can be taken without shots."""
DRAWN = ("drawn 43 3", "drawn 43 13")
"""The first two of a seed in which war comes in 5 of 100 futures or more, and both sides are hit:
elsewhere there is nothing that losses or strength could change."""
OF_THE_SIX = ("reference-nonviolent", "oman-2026", "june-2025", *DRAWN)
"""Packs to which something is added for which there are laws."""
RULED_AFTER = 30
"""Days from the as-of date to a ruling."""
ISSUE = """
[issues.fen]
name = "a fen"
narrow = true
holder = "defender"
challenger_weight = {{{{ value = {weight}, assumed = "a case" }}}}
defender_weight = {{{{ value = {weight}, assumed = "a case" }}}}
settled_by_war = {{{{ value = 0.8, assumed = "a case" }}}}
"""
ADDED = {
    "ruled": """
[rulings.court]
name = "A court rules"
between = [{day}, {day}]
for_challenger = {{ value = 0.5, assumed = "either is as likely" }}
weight = {{ value = 0.2, assumed = "it binds well" }}
assumed = "a court for the laws of a ruling"
""",
    "still": """
[standstill]
days = {{ value = 3650, assumed = "its time is over in none" }}
holds = {{ value = 1, assumed = "a standstill for the laws of one" }}
""",
    "taken": f"""{ISSUE.format(weight=0.5)}
takeable = {{{{ value = 0.7, assumed = "most of it" }}}}

[taking]
rate = {{{{ value = 0.02, assumed = "it comes to mind often" }}}}
""",
    # With an advantage as packs have it, 1.2 to 3, such an army advances; with twice as much it is
    # stopped or slow. So the law asks what the war is about, by a front that may move or not.
    "fought": f"""{ISSUE.format(weight=2)}
land = true

[actors.{{challenger}}]
troops.strength = {{{{ value = 400, assumed = "an army four times as large" }}}}
troops.ready = {{{{ value = 1, assumed = "all of it stands at the border" }}}}

[actors.{{defender}}]
troops.strength = {{{{ value = 100, assumed = "a small army" }}}}
troops.ready = {{{{ value = 1, assumed = "all of it is there" }}}}

[land]
""",
}
"""What is added to a pack, by the word that goes before its name."""
RULED, STILL, TAKEN, FOUGHT = (
    tuple(f"{word} {name}" for name in OF_THE_SIX) for word in ("ruled", "still", "taken", "fought")
)
GROUPS: Mapping[str, tuple[str, ...]] = {
    "references": REFERENCES,
    "crises": CRISES,
    "drawn": DRAWN,
    "elsewhere": (*CRISES, *DRAWN),
    "guarded": (GUARDED,),
    "border": (BORDER,),
    "ruled": RULED,
    "islet": (ISLET,),
    "still": STILL,
    "taken": (ISLET, *TAKEN[2:]),
    "fought": (BORDER, *FOUGHT[2:]),
}
USUAL = (*REFERENCES, *CRISES, *DRAWN)
"""Packs of which a law is asked that names none."""
SEEDS = (1, 2)
DAYS_OF_A_MONTH = 30.0
"""Force is counted by months in which the crisis is open and was free of it so far [days]."""
SUREST = 0.98
"""No shot kills for certain."""
SOON = 0.9
"""Chance that a friend that stands by its word joins on a day of full war [1/day]."""
AT_ONCE = 10.0
"""Rate at which a draft deal is ready, so to say at once [1/day]."""
STEP = re.compile(r"(\+|x|=|logit\+)(-?[\d.]+)")


class Outcome(NamedTuple):
    """Something measured: a ratio of two sums over futures."""

    title: str
    scale: Annotated[float, "what 1 is shown as"]
    read: Annotated[Callable[[Array], tuple[Array, Array]], "both sums' terms, by future"]


def _share(title: str, happens: Callable[[Array], Array]) -> Outcome:
    return Outcome(title, 100.0, lambda rows: (happens(rows), np.ones(rows.shape)))


def _among(title: str, scale: float, column: str, is_one: Callable[[Array], Array]) -> Outcome:
    """Return the mean of a column among some futures."""
    return Outcome(
        title, scale, lambda rows: (np.where(is_one(rows), rows[column], 0.0), is_one(rows))
    )


def has_force(rows: Array) -> Array:
    """Say which futures have force."""
    return np.asarray(rows["first_force_day"] >= 0)


def is_war(rows: Array) -> Array:
    """Say which futures have war."""
    return np.asarray(rows["violence"] >= Violence.WAR)


def open_months(rows: Array) -> Array:
    """Return how long each crisis is open and free of force [months]."""
    days = np.where(has_force(rows), rows["first_force_day"], rows["ending_day"])
    return np.maximum(days, 1) / DAYS_OF_A_MONTH


def _mistakes(rows: Array) -> tuple[Array, Array]:
    is_full = rows["answer"] == Reply.FULL
    return is_full & (rows["answer_gap"] < 0.0), is_full


OUTCOMES: Mapping[str, Outcome] = {
    "force": _share("force", has_force),
    "war": _share("war", is_war),
    "land": _share("wars on land", lambda rows: rows["front"] >= 0.0),
    "taking": _share("takings", lambda rows: rows["taken_day"] >= 0),
    "yields": _share("yields", measures.OUTCOMES["defender_yields"].happened),
    "drops": _share("drops", measures.OUTCOMES["challenger_drops"].happened),
    "standing": _share("standstills that hold", measures.OUTCOMES["standstill"].happened),
    "deal": _share("deals", measures.OUTCOMES["deal"].happened),
    "agreement": _share("agreements", measures.OUTCOMES["agreement"].happened),
    "force_a_month": Outcome(
        "force in 100 open months", 100.0, lambda rows: (has_force(rows), open_months(rows))
    ),
    "day": _among("day of first force", 1.0, "first_force_day", has_force),
    "parties": _among("parties to force", 1.0, "parties", has_force),
    "aircraft": _among("aircraft lost, of 100", 100.0, "challenger_aircraft_loss", has_force),
    "mistakes": Outcome("full answers that are mistakes", 100.0, _mistakes),
    "blockade": Outcome(
        "days under a blockade, of 100 open",
        100.0,
        lambda rows: (rows["blockade_days"], DAYS_OF_A_MONTH * open_months(rows)),
    ),
}
"""What is measured, as the table says it."""


def answer_in_full(world: World) -> None:
    """Leave whoever is struck no answer but a full one."""
    world.war.restraint_probability = 0.0


def double_defence(world: World) -> None:
    """Let the defender's defence see and kill twice as often."""
    defence = world.war.theatre.defender_defence
    defence.detection_probability = np.minimum(2.0 * defence.detection_probability, 1.0)
    defence.kill_probability = np.minimum(2.0 * defence.kill_probability, SUREST)


def know_all(world: World) -> None:
    """Let both know the other's type, read war alike and know as much of each other's defences."""
    for know in (know_types, remove_optimism, know_defences):
        know(world)


def let_friends(world: World, come: float) -> None:
    """Set how surely those come, and soon, who bring means of their own to the defender's side."""
    theatre = world.war.theatre
    owners = np.union1d(theatre.defender_arsenal.owner, theatre.defender_defence.owner)
    friends = owners[owners != PRINCIPAL] - 1
    theatre.third_parties.stands_by[friends] = come
    theatre.third_parties.join_probability[friends] = SOON


def demand_all(world: World) -> None:
    """Leave the hardest package alone on the table, offered as often as all were."""
    talks = world.talks
    last = int(talks.packages) - 1
    for worths in (
        talks.challenger_deal,
        talks.challenger_deal_settled,
        talks.defender_gain,
        talks.defender_concession,
        talks.defender_concession_settled,
        talks.ally_deal,
        talks.ally_deal_settled,
        talks.is_comprehensive,
    ):
        worths[0] = worths[last]
    for rate in (talks.challenger_rate, talks.defender_rate):
        rate[0] = rate[:PACKAGES].sum()
        rate[1:PACKAGES] = 0.0
    talks.packages = 1


def set_blockade(world: World, of_challenger: float) -> None:
    """Let a blockade stand that needs no force and costs the defender .002 of its basket a day."""
    talks, incidents = world.talks, world.incidents
    talks.has_blockade, talks.blockade_stands, talks.blockade_force = 1, 1, 0
    talks.blockade_cost[:] = of_challenger, 0.002, 0.0
    talks.challenger_price[ChallengerMove.IMPOSE], talks.lift_cost = 0.03, 0.05
    talks.challenger_rate[ChallengerMove.IMPOSE] = 0.01
    talks.challenger_rate[ChallengerMove.LIFT] = 0.04
    incidents.blockade_factor = 1.0


def find_for(world: World, result: Verdict) -> None:
    """Let the court come to a result for certain."""
    world.calendar.result_probability[:] = 0.0
    world.calendar.result_probability[result - 1] = 1.0


def ready_drafts(world: World) -> None:
    """Let a draft be ready as soon as talks are on before force; after it all stays as it is."""
    world.aftermath.text_factor *= world.talks.text_rate / AT_ONCE
    world.talks.text_rate = AT_ONCE


def free_standoff(world: World) -> None:
    """Let the dispute cost neither side anything while it lasts."""
    world.talks.challenger_standoff = 0.0
    world.talks.defender_standoff = 0.0


RECORDS: Mapping[str, ChangeOfRecord] = {
    "answer_in_full": answer_in_full,
    "blockade_that_costs": partial(set_blockade, of_challenger=0.004),
    "blockade_that_pays": partial(set_blockade, of_challenger=0.0005),
    "bring_friends": partial(let_friends, come=1.0),
    "demand_all": demand_all,
    "double_defence": double_defence,
    "find_for_challenger": partial(find_for, result=Verdict.CHALLENGER),
    "find_for_defender": partial(find_for, result=Verdict.DEFENDER),
    "keep_friends_away": partial(let_friends, come=0.0),
    "know_all": know_all,
    "know_types": know_types,
    "ready_drafts": ready_drafts,
    "steady_choices": remove_noise,
}
"""Changes of an encoded world that laws name."""
AFTER_FORCE: Mapping[str, ChangeOfRecord] = {"free_standoff": free_standoff}
"""The same of the world as it is after force."""


def changing_after_force(name: str | None) -> AbstractContextManager[object]:
    """Change worlds after force, while they are solved and played."""
    if name is None:
        return nullcontext()

    def change(worlds: Array, settled: float) -> None:
        world: World = worlds[0]
        reduce_stakes(world, settled)
        AFTER_FORCE[name](world)
        change_rates(world)
        merge_stages(world.calendar)

    return patch.object(solution, "change_after_force", change)


def change_numbers(crisis: Crisis, values: Values, steps: Mapping[str, str]) -> Values:
    """Return the numbers of a world after steps; what the crisis does not have is left out."""
    changed = dict(values)
    for pattern, step in steps.items():
        changed |= {path: after(values[path], step) for path in paths_of(crisis, pattern)}
    return changed


def after(value: float, step: str) -> float:
    """Return a number after a step."""
    found = STEP.fullmatch(step)
    if found is None:
        raise ValueError(f"{step!r} is no step; write +0.1, x2, =7 or logit+1")
    how, by = found[1], float(found[2])
    return {
        "+": value + by,
        "x": value * by,
        "=": by,
        "logit+": logistic(logit(value) + by) if how == "logit+" else value,
    }[how]


def play_changed(samples: Sequence[Sample], change: Mapping[str, Any]) -> list[Array]:
    """Play samples with a change; nothing if that has nothing to change in them."""
    numbers = partial(change_numbers, steps=change.get("numbers", {}))
    records = [RECORDS[name] for name in change.get("record", ())]
    unforeseen = [RECORDS[name] for name in change.get("unforeseen", ())]
    later = change.get("after_force")
    is_same = all(
        numbers(sample.crisis, values) == values for sample in samples for values in sample.draws
    )
    if is_same and not records and not unforeseen and later is None:
        return []
    with changing_after_force(later):
        return [play_sample(sample, numbers, *records, unforeseen=unforeseen) for sample in samples]


class Moved(NamedTuple):
    """By how much an outcome moves, and from where."""

    found: Estimate
    of_seeds: tuple[float, ...]
    before: float
    after: float

    def __str__(self) -> str:
        """Say it as three cells of a table."""
        found = self.found
        size = f"{found.value:+.1f} [{found.low:+.1f}, {found.high:+.1f}]"
        seeds = ", ".join(f"{one:+.1f}" for one in self.of_seeds)
        return f"{size} | {seeds} | {self.before:.1f}, {self.after:.1f}"


def linear_form(above: Array, below: Array) -> Array:
    """Return what each world gives to a ratio of sums over worlds, `r = sum a / sum b`.

    It is the ratio's linear form, `r + (a - r b) / mean b`, whose mean is the ratio; of a share it
    is the world's share.
    """
    ratio = above.sum() / max(below.sum(), 1e-9)
    form: Array = ratio + (above - ratio * below) / max(below.mean(), 1e-9)
    return form


def over_scrambles(by_world: Array, seeds: int) -> Estimate:
    """Return the mean over the worlds of so many seeds, its interval over their scrambles."""
    parts = np.split(by_world, seeds)
    return mean_over(
        np.concatenate([by_scramble(part) / by_scramble(np.ones(len(part))) for part in parts])
    )


def compare(name: str, before: Sequence[Array], changed: Sequence[Array]) -> Moved:
    """Return by how much an outcome moves on the same draws, over the scrambles of all seeds."""
    outcome = OUTCOMES[name]
    forms = []
    for parts in (before, changed):
        above, below = (
            np.concatenate([outcome.read(rows)[place].sum(axis=1) for rows in parts]).astype(float)
            for place in (0, 1)
        )
        forms.append(outcome.scale * linear_form(above, below))
    moved = forms[1] - forms[0]
    each = tuple(float(part.mean()) for part in np.split(moved, len(before)))
    levels = (float(form.mean()) for form in forms)
    return Moved(over_scrambles(moved, len(before)), each, *levels)


def holds(asked: Mapping[str, Any], moved: Moved) -> bool:
    """Say whether a difference is as asked: its sign beyond the interval, its size as found."""
    found = moved.found
    least = max(asked.get("least", 0.0), asked.get("part", 0.0) * moved.before)
    return bool(
        {
            "up": found.low > 0.0 and found.value >= least,
            "down": found.high < 0.0 and found.value <= -least,
            "not up": found.low <= 0.0,
            "not down": found.high >= 0.0,
            "within": abs(found.value) <= least,
            "to": moved.after <= least,
        }[asked["sign"]]
    )


def says(asked: Mapping[str, Any]) -> str:
    """Say in words what is asked."""
    sizes = [f"{asked['least']:g}"] if "least" in asked else []
    sizes += [f"{100.0 * asked['part']:g} % of its level"] if "part" in asked else []
    link = "" if asked["sign"] in {"within", "to"} else "by "
    return " ".join(
        [OUTCOMES[asked["outcome"]].title, asked["sign"], *(link + one for one in sizes)]
    )


def missed(asked: Mapping[str, Any], pack: str) -> str:
    """Return what stands against a law in a pack in this version; empty if it is to hold."""
    for packs, why in asked.get("missed", {}).items():
        if packs in {pack, "all"} or pack in GROUPS.get(packs, ()):
            return str(why)
    return ""


def asked_of(law: Mapping[str, Any], pack: str) -> list[Mapping[str, Any]]:
    """Return what a law asks of a pack."""
    return [
        asked
        for asked in law["asked"]
        if pack in (GROUPS[asked["packs"]] if "packs" in asked else USUAL)
    ]


def crisis_of(pack: str) -> Crisis:
    """Return a pack by name or path, with one of `ADDED`, or one drawn by seed and index.

    Of a drawn one the numbers are usual: chance decides who and what there is.
    """
    first, *place = pack.split()
    if first in ADDED:
        crisis = crisis_of(" ".join(place))
        reported = ADDED[first].format(
            day=crisis.as_of + timedelta(RULED_AFTER),
            challenger=crisis.of_role("challenger"),
            defender=crisis.of_role("defender"),
        )
        files = {**crisis.files, "added.toml": reported.encode()}
        return read_crisis(PackText(pack, files), {}).crisis
    if first != "drawn":
        return load(pack)
    seed, index = map(int, place)
    wild = draw(seed, index).reading
    return draw(seed, index, set(wild.numbers)).reading.crisis


class Line(NamedTuple):
    """What came of a law in a pack."""

    law: str
    asked: str
    pack: str
    moved: Moved
    holds: bool
    missed: Annotated[str, "why it is known not to hold; empty if it is to hold"]

    @property
    def cell(self) -> str:
        """The difference and half its interval; bold if the law does not hold."""
        found = self.moved.found
        size = f"{found.value:+.1f} ±{0.5 * (found.high - found.low):.1f}"
        return size if self.holds else f"**{size}**"


def table(pack: str, names: Sequence[str], options: argparse.Namespace) -> Iterator[Line]:
    """Print the table of a pack, and yield its lines."""
    laws = {name: LAWS[name] for name in names if asked_of(LAWS[name], pack)}
    if not laws:
        return
    crisis = crisis_of(pack)
    samples = [
        sample_of(crisis, options.worlds, options.futures, seed=seed, grid=options.grid)
        for seed in options.seeds
    ]
    usual = [play_sample(sample) for sample in samples]
    name = Path(pack).name
    print(f"\n`{name}`, {options.worlds} worlds x {options.futures}, seeds {options.seeds}:")
    print(
        ", ".join(
            f"{OUTCOMES[key].title} {compare(key, usual, usual).before:.1f}" for key in OUTCOMES
        )
    )
    print("\n| change | asked | points [90 %] | by seed | from, to | holds |")
    print("|---|---|--:|--:|--:|---|")
    for law in laws.values():
        changed = play_changed(samples, law)
        if not changed:
            print(f"| {law['says']} | | | | | does not apply |")
            continue
        # Nothing is played where the worlds are already as the other way has them.
        first = play_changed(samples, law.get("first", {})) or usual
        for asked in asked_of(law, pack):
            moved = compare(asked["outcome"], first, changed)
            line = Line(
                law["says"], says(asked), name, moved, holds(asked, moved), missed(asked, name)
            )
            said = "yes" if line.holds else f"no: {line.missed}" if line.missed else "**no**"
            print(f"| {line.law} | {line.asked} | {moved} | {said} |", flush=True)
            yield line


def side_by_side(lines: Sequence[Line]) -> Iterator[str]:
    """Yield the lines of a table with all packs next to each other."""
    packs = list(dict.fromkeys(line.pack for line in lines))
    yield f"| change | asked | {' | '.join(packs)} |"
    yield f"|---|---|{'--:|' * len(packs)}"
    for law, asked in dict.fromkeys((line.law, line.asked) for line in lines):
        cells = {line.pack: line.cell for line in lines if (line.law, line.asked) == (law, asked)}
        yield f"| {law} | {asked} | {' | '.join(cells.get(pack, '') for pack in packs)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables and return the exit status."""
    parser = argparse.ArgumentParser(description="Does force answer to its causes, and how much?")
    parser.add_argument("--pack", action="append", metavar="PACK", help="all unless given")
    parser.add_argument("--only", action="append", choices=list(LAWS), metavar="LAW")
    parser.add_argument("--worlds", type=int, default=48, help="of each seed, a multiple of 8")
    parser.add_argument("--futures", type=int, default=150, help="of each world")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--grid", default="coarse", choices=("tiny", "coarse", "normal"))
    options = parser.parse_args(arguments)
    if options.worlds % SCRAMBLES:
        parser.error(f"--worlds is {options.worlds}; use a multiple of {SCRAMBLES}")
    began = time.monotonic()
    packs = options.pack or (
        *USUAL,
        GUARDED,
        BORDER,
        ISLET,
        *RULED,
        *STILL,
        *TAKEN[2:],
        *FOUGHT[2:],
    )
    names = options.only or list(LAWS)
    lines = [line for pack in packs for line in table(pack, names, options)]
    print("", *side_by_side(lines), sep="\n")
    failing = [line for line in lines if not line.holds]
    new = [line for line in failing if not line.missed]
    seconds = time.monotonic() - began
    print(
        f"\n{len(lines)} lines, {len(failing)} do not hold, {len(new)} of which are not known "
        f"to; {seconds:.0f} s"
    )
    return int(bool(new))


if __name__ == "__main__":
    sys.exit(main())
