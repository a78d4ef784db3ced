"""Composes a pack of answers: what was asked, each with its claim; the rest has defaults."""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any, NamedTuple

from detente.pack.answers import UNKNOWN, WORDS, AnsweredJudgement, Answers, Friend
from detente.pack.toml import read_shipped
from detente.pack.writing import SCHEMA, lines_of, schema_text
from detente.text import capitalised, free_key, slug

HEAD = """\
# {title}
#
# Composed by `detente new` of answers to eight questions, which lie next to it (.answers.toml).
# What was asked stands here, each number with the answer that bears on it; all else has a default:
#     detente check ./{name}               finds faults, and names every one of them
#     detente explain ./{name} FIELD       says what a number means, and what its default is
#     detente check ./{name} --resolved    prints all numbers
# A range runs from the 5th to the 95th percentile. Chances and shares run from 0 to 1, costs are in
# shares of the stakes: 1 is all that is in dispute. Sizes are our scale of each answer, and wide;
# write a better one where a document gives it, and name its claim in `because`.
"""

ANALYST = "analyst"
BY = "the analyst"
DEAREST = ("slight", "some", UNKNOWN, "high", "vital")
"""Answers in order of how dear an issue is. Not known counts as the dearest only if no issue is
dearer than some."""
NEEDED = ("loss_weight_firm", "loss_weight_yielding", "war_cost")
"""Costs that have no default."""

Range = tuple[float, float]

SCALES = read_shipped("scales.toml")
"""How large a number each answer stands for, by what it answers."""
COSTS: Mapping[str, Mapping[str, Range]] = SCALES["costs"]
"""Costs of each side in a median crisis."""

VIOLENT: Mapping[str, Range] = SCALES["violent"]
"""Numbers that differ after a violent start."""

LESSONS: Mapping[str, Mapping[str, Range]] = {
    "talks": {},
    "backed_down": {},
    "strike": {"defender_learns": (0.5, 0.9)},
    "war": {"defender_learns": (0.5, 0.9), "challenger_learns": (0.5, 0.9)},
    UNKNOWN: {"defender_learns": (0.1, 0.9), "challenger_learns": (0.1, 0.9)},
}
"""Lessons of the last round: whether the pressed side expects an attack during talks, and what the
pressing side learned of the cost of a war. Having backed down bears on resolve instead."""
IN_RETURN = (
    "a part of what is offered in return",
    "most of what is offered in return",
    "all that is offered in return",
)
"""What a deal brings the pressed side, in words: answers do not say what that is."""
VOTE = {
    "presser": ("moves.drop_cost", 0.13, "after a vote on its demand it can hardly withdraw it"),
    "pressed": ("actors.{}.concession_price", 1.5, "after a vote it can hardly concede"),
}
"""What a vote changes on its day: the number, its new value (highest tenth of the default), the
reason."""
MORE_ULTIMATUMS = 0.012
"""Rate of ultimatums after a deadline: twice the highest value of the default."""
JUDGED = {
    "force": ("force", ()),
    "force_if_talks_fail": ("force", ("talks_ever_failed",)),
    "war_if_force": ("any_war", ("force",)),
    "deal": ("deal", ()),
}
"""Outcome and conditions of each judgement."""


class Claimed(NamedTuple):
    """An answer as a claim, on which numbers rest."""

    key: str
    scale: Annotated[str, "what was answered, in words"]

    def number(self, ends: Range, form: str = "range") -> dict[str, Any]:
        """Return a number that rests on this answer."""
        low, high = (float(f"{end:.3g}") for end in ends)
        size: dict[str, Any] = {form: (low, high)} if low < high else {"value": low}
        return {**size, "because": self.key, "assumed": f"scale of the questions: {self.scale}"}


class Composed:
    """The contents of a pack made of answers: its claims, and its tables part by part."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.claims: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, str] = {}
        """Keys of the actors, by the names that the answers give them."""
        who = answers.who
        friends = [one.name for one in answers.friends]
        for name in (who.presser, who.pressed, *friends, *answers.mediation.mediators):
            self.keys[name] = _key(name, self.keys.values())
        began = WORDS[answers.kind.start]
        self.start = self.claim("kind", f"The crisis began {began}", f"began {began}")
        self.issues: dict[str, int] = {}
        for place, issue in enumerate(answers.issues):
            self.issues[_key(issue.name, self.issues)] = place

    @property
    def title(self) -> str:
        """Return the title of the crisis."""
        who = self.answers.who
        over = self.answers.issues[0].name
        return self.answers.title or f"{who.presser} presses {who.pressed} over {over}"

    def claim(self, key: str, says: str, scale: str = "") -> Claimed:
        """Record an answer as a claim of the analyst, and return it."""
        self.claims[f"answer-{key}"] = {
            "says": says,
            "source": ANALYST,
            "date": self.answers.as_of,
            "by": BY,
            "kind": "assumed",
            "grade": "F6",
        }
        return Claimed(f"answer-{key}", scale)

    @property
    def began_violently(self) -> bool:
        """Return whether the crisis began with a violent act."""
        return self.answers.kind.start == "violent"

    def sections(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the parts of the pack with their headings."""
        kind = self.answers.kind.model_dump(exclude_none=True)
        yield "What kind of crisis it is, for past ones of its kind", {"reference": kind}
        if self.began_violently:
            hostile = self.start.number(VIOLENT["hostile_probability"])
            yield "Encounters of forces", {"incidents": {"hostile_probability": hostile}}
        yield "Who", {"actors": dict(self.actors())}
        rules: dict[str, Any] = {} if self.land is None else {"land": {}}
        if self.answers.issues[0].at_once != "no":
            rules["taking"] = {}
        issues = {"issues": dict(self.disputed()), **rules}
        yield "What is in dispute, the demand first", issues
        mediation = self.answers.mediation
        talks: dict[str, Any] = {
            "venue": {"place": mediation.place or "not known"},
            "relief": {"steps": IN_RETURN},
        }
        if mediation.declaration:
            self.claim("declaration", "The two may declare that neither uses force for a time")
            talks["standstill"] = {}
        # A running ultimatum stands for the state of the talks.
        if self.began_violently and not self.has_term:
            talks["talks"] = {"have_failed": self.start.number(VIOLENT["have_failed"], "chance")}
        yield "Talks", talks
        known = {**self.begun(), "events": dict(self.events()), "rulings": self.rulings()}
        if any(known.values()):
            days = {key: table for key, table in known.items() if table}
            yield "Days that are known", days
        lessons = self.lessons()
        if lessons is not None:
            yield "What the last time taught", {"lessons": lessons}
        yield "Force", self.forces()
        measure = self.measure()
        if measure:
            yield "A measure below force", {"blockade": measure}
        judged = dict(self.judged())
        if judged:
            yield "What is judged likely", {"judgements": judged}

    def actors(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the actors by their keys."""
        answers, who = self.answers, self.answers.who
        demand = f"{who.presser} demands of {who.pressed}: {answers.demand.says}"
        self.claim("demand", demand)
        sides = (
            ("challenger", "presser", who.presser),
            ("defender", "pressed", who.pressed),
        )
        for role, side, name in sides:
            rows = {
                "name": name,
                "roles": (role,),
                "hard_probability": self.hard_probability(side, name),
            }
            dear = max((getattr(one, side) for one in answers.issues), key=DEAREST.index)
            prize = self.claim(
                f"prize-{side}",
                f"How dear what is in dispute is to {name}: {_said(dear)}",
                f"dearest issue {_said(dear)}, so that costs are so much next to it",
            )
            cheap, costly = SCALES["cost_factor"][dear]
            for key, (low, high) in COSTS[side].items():
                # What is as in a median crisis is written only where nothing else stands for it.
                if dear != "high" or key in NEEDED:
                    rows[key] = prize.number((low * cheap, high * costly))
            if role == "challenger" and self.began_violently:
                rows["motive"] = self.start.number(VIOLENT["motive"])
            if self.land is not None:
                soldiers = getattr(answers.force, side).troops
                says = f"Troops of {name} for the land in dispute: {_said(soldiers)}"
                troops = self.claim(f"troops-{side}", says, f"troops, {_said(soldiers)}")
                rows["troops"] = {"strength": troops.number(SCALES["soldiers"][soldiers])}
            yield self.keys[name], rows
        for friend in answers.friends:
            yield self.keys[friend.name], self.friend(friend)
        for name in answers.mediation.mediators:
            self.claim(f"mediator-{slug(name, 'one')}", f"{name} mediates")
            yield self.keys[name], {"name": name, "roles": ("mediator",)}

    def hard_probability(self, side: str, name: str) -> dict[str, Any]:
        """Return the chance that a side is resolved, by what it did last time if nothing else."""
        answers = self.answers.resolve
        resolve, words = getattr(answers, side), _said(getattr(answers, side))
        if (side, resolve, answers.last) == ("pressed", UNKNOWN, "backed_down"):
            resolve, words = answers.last, f"{words}, and it backed down last time"
        says = f"How resolved {name} is: {words}"
        return self.claim(f"resolve-{side}", says, f"resolve: {words}").number(
            SCALES["hard"][resolve]
        )

    def friend(self, friend: Friend) -> dict[str, Any]:
        """Return a friend of a side."""
        side = getattr(self.answers.who, friend.of)
        says = f"That {friend.name} fights for {side} is {_said(friend.sure)}"
        sure = self.claim(f"friend-{slug(friend.name, 'one')}", says, _said(friend.sure))
        return {
            "name": friend.name,
            "roles": ("supporter",),
            "supports": self.keys[side],
            "stands_by": sure.number(SCALES["stands_by"][friend.sure]),
            "join_probability": sure.number(SCALES["joins"][friend.sure]),
        }

    def disputed(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the issues by their keys; the narrow agenda holds the first."""
        who = self.answers.who
        for key, place in self.issues.items():
            issue = self.answers.issues[place]
            says = (
                f"{capitalised(issue.name)}: to {who.presser} {_said(issue.presser)}, to "
                f"{who.pressed} {_said(issue.pressed)}; could force take it: {_said(issue.taken)}"
            )
            answered = self.claim(f"issue-{key.replace('_', '-')}", says)

            def of(word: str, table: Mapping[str, Range], claim: Claimed = answered) -> Any:
                return claim._replace(scale=_said(word)).number(table[word])

            rows: dict[str, Any] = {"name": issue.name, "narrow": place == 0}
            if place == self.land:
                rows["land"] = True
            if place == self.land or issue.at_once != "no":
                rows["holder"] = "challenger" if issue.holder == "presser" else "defender"
            rows["challenger_weight"] = of(issue.presser, SCALES["weight"])
            rows["defender_weight"] = of(issue.pressed, SCALES["weight"])
            if issue.could_topple:
                fear = "giving it up could bring down the leaders"
                feared = self.claim(
                    f"leaders-{key.replace('_', '-')}",
                    f"{capitalised(issue.name)}: {fear} of {who.pressed}",
                    fear,
                )
                rows |= {"vital": True, "vital_price": feared.number(SCALES["survival"]["yes"])}
            rows["settled_by_war"] = of(issue.taken, SCALES["settled"])
            if issue.at_once != "no":
                rows["takeable"] = of(issue.at_once, SCALES["at_once"])
            yield key, rows

    @property
    def land(self) -> int | None:
        """Return the index of the issue that troops fight for, the first that force can take."""
        if self.answers.force.presser.troops == "none":
            return None
        reach = (place for place, one in enumerate(self.answers.issues) if one.taken != "no")
        return next(reach, None)

    def measure(self) -> dict[str, Any]:
        """Return the measure below force (blockade, quarantine or sanctions), or an empty table."""
        force, who = self.answers.force, self.answers.who
        if force.measure is None or force.measure_presser is None or force.measure_pressed is None:
            return {}
        costs = {"challenger": (who.presser, force.measure_presser)}
        costs["defender"] = (who.pressed, force.measure_pressed)
        rows: dict[str, Any] = {
            "kind": force.measure,
            "says": f"the {force.measure} of {who.pressed}",
            "harm": force.measure_harm,
            "legality": force.measure_legality,
            "needs_force": int(force.measure != "sanctions" and force.in_view != "none"),
            "stands": force.measure_stands,
        }
        for side, (name, daily) in costs.items():
            says = f"How dear a day of {rows['says']} is to {name}: {_said(daily)}"
            answered = self.claim(f"measure-{side}", says, f"a day, {_said(daily)}")
            rows[f"{side}_cost"] = answered.number(SCALES["daily"][daily])
        return rows

    @property
    def has_term(self) -> bool:
        """Return whether an ultimatum with deployed force behind it is running."""
        return self.answers.demand.deadline is not None and self.answers.force.in_view != "none"

    def begun(self) -> dict[str, Any]:
        """Return the running ultimatum, or an empty table."""
        deadline = self.answers.demand.deadline
        if deadline is None or not self.has_term:
            return {}
        days = (deadline - self.answers.as_of).days
        term = self.claim("deadline", f"The demand has a term: {deadline}", f"{days} days are left")
        return {
            "talks": {"ultimatum_runs": term.number((1.0, 1.0))},
            "ultimatum": {"days": term.number((float(days), float(days)))},
        }

    def events(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the events whose day is known."""
        demand, who = self.answers.demand, self.answers.who
        if demand.deadline is not None and not self.has_term:
            term = self.claim("deadline", f"The demand has a term: {demand.deadline}")
            lapse = {
                "name": f"The term that {who.presser} gave is over",
                "date": demand.deadline,
                "foreseen": True,
                "because": term.key,
                "assumed": "no force stands behind the term: a demand with a term then is "
                "likelier, at twice the highest of the default",
                "change": {"moves.ultimatum": MORE_ULTIMATUMS},
            }
            yield "deadline", lapse
        if demand.vote_of is not None and demand.vote_on is not None:
            side = getattr(who, demand.vote_of)
            field, size, why = VOTE[demand.vote_of]
            answered = self.claim("vote", f"{side} votes on {demand.vote_on}")
            vote = {
                "name": f"{side} votes",
                "date": demand.vote_on,
                "foreseen": True,
                "because": answered.key,
                "assumed": f"a guess: {why}",
                "change": {field.format(self.keys[side]): size},
            }
            yield "vote", vote

    def rulings(self) -> dict[str, Any]:
        """Return the ruling of a court, or an empty table."""
        demand = self.answers.demand
        if not (demand.court and demand.court_from and demand.court_to and demand.court_for):
            return {}
        side = getattr(self.answers.who, demand.court_for, "either side")
        says = f"{demand.court} may rule from {demand.court_from} to {demand.court_to}, for {side}"
        answered = self.claim("court", says, f"for {side}")
        return {
            "court": {
                "name": f"{demand.court} rules",
                "between": (demand.court_from, demand.court_to),
                "because": answered.key,
                "for_challenger": answered.number(SCALES["finds"][demand.court_for]),
            }
        }

    def lessons(self) -> dict[str, Any] | None:
        """Return the lessons of the last round, or None if there was none."""
        last = self.answers.resolve.last
        if last == "none":
            return None
        answered = self.claim("last-time", f"What happened last time: {WORDS[last]}", WORDS[last])
        learnt = {key: answered.number(ends, "chance") for key, ends in LESSONS[last].items()}
        return learnt or None

    def forces(self) -> dict[str, Any]:
        """Return forces, stocks and defences."""
        force, who = self.answers.force, self.answers.who
        presser = self.keys[who.presser]
        forces: dict[str, Any] = {}
        if force.presser.strikes != "none":
            in_view = {"none": 0, "some": 1, "all": 2}[force.in_view]
            for place, key in enumerate(("first", "second")):
                forces[key] = {
                    "actor": presser,
                    "area": "the region",
                    "arrives": self.answers.as_of,
                    "level": 1,
                    "deployed": place < in_view,
                }
        arsenals, defences = {}, {}
        means = {who.presser: force.presser.strikes, who.pressed: force.pressed.strikes}
        for name, size in means.items():
            side = "presser" if name == who.presser else "pressed"
            says = f"Aircraft and missiles of {name}: {_said(size)}"
            answered = self.claim(f"force-{side}", says, _said(size))
            defence: dict[str, Any] = {"hardness": answered.number(SCALES["hardness"][size])}
            if size != "none":
                batteries = answered.number(SCALES["batteries"][size])
                guard = {"system": "short_range_interceptor", "batteries": batteries}
                defence["layers"] = {"air_defence": guard}
                arsenals[self.keys[name]] = _aircraft(answered, size)
            defences[self.keys[name]] = defence
        for friend in self.answers.friends:
            if friend.strikes != "none":
                says = f"Aircraft and missiles that {friend.name} has: {_said(friend.strikes)}"
                key = f"force-{slug(friend.name, 'friend')}"
                answered = self.claim(key, says, _said(friend.strikes))
                arsenals[self.keys[friend.name]] = _aircraft(answered, friend.strikes)
        tables = {"forces": forces, "arsenals": arsenals, "defences": defences}
        return {key: table for key, table in tables.items() if table}

    def judged(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the judgements by their keys."""
        for key, (outcome, given) in JUDGED.items():
            one: AnsweredJudgement | None = getattr(self.answers.judgements, key)
            if one is not None:
                low, high = one.probability
                said = {"given": given} if given else {}
                size = low if low == high else (low, high)
                rest = {"probability": size, "who": BY, "reason": one.reason}
                yield key, {"outcome": outcome, **said, **rest}


def _key(name: str, taken: Collection[str]) -> str:
    """Return an unused key for a name; it begins with a letter."""
    key = slug(name, "one").replace("-", "_")
    return free_key(key if key[0].isalpha() else f"the_{key}", taken).replace("-", "_")


def _said(word: str) -> str:
    return WORDS.get(word, word)


def _aircraft(answered: Claimed, size: str) -> dict[str, Any]:
    return {
        "aircraft": {"system": "strike_aircraft", "stock": answered.number(SCALES["stock"][size])}
    }


def compose(answers: Answers, name: str) -> dict[str, bytes]:
    """Return the files of a pack made of answers, each number with the answer that it rests on."""
    composed = Composed(answers)
    head = {"format": 2, "name": name, "title": composed.title, "as_of": answers.as_of}
    pointed = f"#:schema ./{SCHEMA}"
    lines = [pointed, *HEAD.format(title=composed.title, name=name).splitlines(), *lines_of(head)]
    for heading, tables in composed.sections():
        lines += ["", f"# --- {heading} ".ljust(95, "-"), *lines_of(tables)]
    source = {"title": "Answers to eight questions", "publisher": BY}
    claims = {"sources": {ANALYST: source}, "claims": composed.claims}
    remark = "# What was answered: each is the analyst's own until a document says it."
    return {
        "crisis.toml": "\n".join((*lines, "")).encode(),
        "evidence.toml": "\n".join((pointed, remark, *lines_of(claims), "")).encode(),
        SCHEMA: schema_text(),
    }
