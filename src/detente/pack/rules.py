"""Rules that hold between the parts of a pack."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain, pairwise
from math import sqrt
from typing import get_args

from detente.evidence.ledger import ORIGINS
from detente.pack.actors import JOINERS, MOST_JOINERS, MOST_MEDIATORS
from detente.pack.correlations import correlation_rules
from detente.pack.events import chance_findings, event_rules, ruling_rules
from detente.pack.hypotheses import hypothesis_rules
from detente.pack.judgements import judgement_rules
from detente.pack.military import (
    ALLY_FORCE,
    MOST_CLASSES,
    MOST_LAYERS,
    Defence,
    Indicator,
    Plan,
    Sign,
)
from detente.pack.model import Model
from detente.pack.number import (
    PRINCIPALS,
    Finding,
    WrittenNumber,
    known_key,
    number_findings,
    quantity_of,
)
from detente.pack.places import row_words
from detente.pack.politics import Venue
from detente.pack.quantity import Quantity
from detente.pack.resolve import (
    Slot,
    has_programme,
    roles_of,
    slots,
    systems_at,
)
from detente.pack.sides import known_actor, side_rules, supporter_rules
from detente.pack.toml import KeyPath, dotted
from detente.text import did_you_mean, show

CONFIRMED = "1"
"""Credibility of a statement that another source confirms."""
FIGHTERS = (*PRINCIPALS, *JOINERS)
"""Roles that may have weapons and layers of defence."""
WITH_FORCES = ("challenger", "supporter")
FEWER = "leave out those that matter least, or write several as one"
MOST_OF_ROLES = (
    (
        ("ally",),
        1,
        "a second ally",
        "at most one ally",
        '{} is the ally already; roles = ["supporter"] joins and begins no war',
    ),
    (
        JOINERS,
        MOST_JOINERS,
        "one third party too many",
        f"at most {MOST_JOINERS} allies, hosts, groups and supporters together",
        FEWER,
    ),
    (
        ("mediator",),
        MOST_MEDIATORS,
        "one mediator too many",
        f"at most {MOST_MEDIATORS} mediators",
        FEWER,
    ),
)
"""Most actors with some roles, and what a fault says; each principal exists exactly once."""
FIRST_YEAR, LAST_YEAR = 1800, 2199
"""Years in which a crisis may start; play goes on for up to three more."""


def rule_findings(model: Model, numbers: Mapping[str, Quantity]) -> Iterator[Finding]:
    """Yield every fault between the parts of a model."""
    if not FIRST_YEAR <= model.as_of.year <= LAST_YEAR:
        allowed = f"a day of the years {FIRST_YEAR} to {LAST_YEAR}"
        hint = "put the day as of which the crisis is written"
        yield Finding(("as_of",), show(model.as_of), allowed, hint, leans_on="as_of")
    yield from number_rules(model)
    yield from structure_findings(model)
    yield from land_rules(model)
    # An option may take away the force behind an ultimatum: it is void then, as in play.
    yield from _start_rules(model)
    yield from _arsenal_rules(model)
    yield from _defence_rules(model, numbers)
    yield from side_rules(model)
    yield from weight_findings(model, numbers)
    yield from chance_findings(model, numbers)
    yield from _claim_rules(model)
    yield from hypothesis_rules(model, numbers)
    yield from judgement_rules(model.judgements, model.as_of)
    yield from correlation_rules(model, numbers)


def structure_findings(model: Model) -> Iterator[Finding]:
    """Yield the faults that can follow from changes of fields other than numbers."""
    yield from _role_rules(model)
    yield from supporter_rules(model)
    yield from _venue_rules(model)
    yield from _issue_rules(model)
    yield from _taking_rules(model)
    yield from _force_rules(model)
    for key, indicator in model.indicators.items():
        yield from _too_late(indicator.date, ("indicators", key, "date"), model)
        yield from _pointing_rules(indicator, ("indicators", key), model)
    yield from sign_rules(model)
    yield from event_rules(model)
    yield from ruling_rules(model)


def number_rules(model: Model) -> Iterator[Finding]:
    """Yield the faults of a pack's numbers, and the numbers that are missing."""
    for slot in slots(model):
        key = str(slot.path[-1])
        if slot.written is None:
            is_missing = slot.applies and slot.fallback is None and slot.is_known_system
            if is_missing and not slot.row.otherwise:
                hint = f'add {key} = {{ range = [low, high], assumed = "why" }}'
                words = row_words(slot.row)
                yield Finding(slot.path, "nothing", words, hint, on_key=True, leans_on="roles")
        elif slot.applies:
            faults = list(number_findings(slot.written, slot.row, slot.path))
            yield from faults
            yield from _reason_rules(slot.written, slot, model, is_sound=not faults)
        else:
            allowed = f"only for {' or '.join(slot.row.roles)}"
            hint = f"drop {key}, nothing reads it"
            yield Finding(slot.path, key, allowed, hint, on_key=True, leans_on="roles")


def _reason_rules(
    number: WrittenNumber, slot: Slot, model: Model, *, is_sound: bool
) -> Iterator[Finding]:
    """Yield a fault for each unknown claim, and for a number that wrongly gives an origin.

    A number may say that it is a default or from the catalogue only if it equals that.
    """
    for key in ("gives", "because"):
        for place, claim in enumerate(getattr(number, key)):
            path = (*slot.path, key, place)
            if key == "gives" or claim not in ORIGINS:
                hint = f"write [claims.{claim}], or assumed = why"
                yield from known_key(claim, model.claims, path, "claim", hint)
            elif is_sound:
                usual = slot.fallback if claim == slot.origin else None
                stated = quantity_of(number, slot.row)
                if usual is None or stated != quantity_of(usual, slot.row):
                    found = f"{show(claim)}, which this number is not"
                    hint = (
                        "name a claim, or write assumed = why; or drop the number to have it "
                        "filled in"
                    )
                    yield Finding(path, found, "the key of a claim", hint)


def _role_rules(model: Model) -> Iterator[Finding]:
    for role in PRINCIPALS:
        holders = [key for key, actor in model.actors.items() if role in actor.roles]
        if not holders:
            hint = f'give one actor roles = ["{role}"]'
            allowed = f"exactly one {role}"
            yield Finding(("actors",), f"no {role}", allowed, hint, on_key=True, leans_on="roles")
        for key in holders[1:]:
            hint = f"{holders[0]} is the {role} already"
            path = ("actors", key, "roles")
            yield Finding(path, f"a second {role}", f"exactly one {role}", hint)
    for roles, most, found, allowed, hint in MOST_OF_ROLES:
        holders = [key for key, actor in model.actors.items() if set(actor.roles) & set(roles)]
        for key in holders[most:]:
            advice = hint.format(holders[0])
            yield Finding(("actors", key, "roles"), found, allowed, advice)
    for key, actor in model.actors.items():
        path = ("actors", key, "roles")
        if len(set(actor.roles)) < len(actor.roles):
            yield Finding(path, show(actor.roles), "each role once", "drop the repeated role")
        principal = next((role for role in actor.roles if role in PRINCIPALS), "")
        if principal and len(set(actor.roles)) > 1:
            hint = f"leave {principal} alone, or make it another actor"
            yield Finding(path, show(actor.roles), "no other role for a principal", hint)


def _venue_rules(model: Model) -> Iterator[Finding]:
    venues: dict[str, Venue] = {"venue": model.venue}
    rival, dispute = model.rival_venue, model.dispute
    if rival is not None:
        venues["rival_venue"] = rival
        yield from known_actor(rival.wanted_by, ("rival_venue", "wanted_by"), model, PRINCIPALS)
    elif dispute is not None and dispute.venue:
        hint = "add [rival_venue], or leave the venue out of the dispute"
        yield Finding(("dispute", "venue"), "no rival venue", "a venue that has a rival", hint)
    for key, venue in venues.items():
        for place, mediator in enumerate(venue.access or ()):
            yield from known_actor(mediator, (key, "access", place), model, ("mediator",))
        if venue.received_by is not None:
            yield from known_actor(venue.received_by, (key, "received_by"), model, ("venue",))


def _issue_rules(model: Model) -> Iterator[Finding]:
    if not any(issue.narrow for issue in model.issues.values()):
        hint = "set narrow = true for one issue at least"
        allowed = "one issue or more that the narrow agenda holds"
        yield Finding(("issues",), "no narrow issue", allowed, hint, on_key=True)
    for key, issue in model.issues.items():
        path = ("issues", key)
        if issue.vital and issue.vital_price is None:
            hint = 'add vital_price = { range = [0.1, 0.5], assumed = "why" }, or drop vital'
            allowed = "a vital_price for an issue that is vital"
            yield Finding((*path, "vital"), "no vital_price", allowed, hint, on_key=True)
        if issue.vital_price is not None and not issue.vital:
            allowed, hint = "only for an issue with vital = true", "add vital = true, or drop it"
            yield Finding((*path, "vital_price"), "vital_price", allowed, hint, on_key=True)
    says = model.talks.says
    if says is not None and len(says) != model.talks.packages:
        allowed = f"one for each of {model.talks.packages} packages"
        hint = "say what each package is, from the one that asks least"
        yield Finding(("talks", "says"), f"texts for {len(says)}", allowed, hint)


def land_rules(model: Model) -> Iterator[Finding]:
    """Yield what is missing or superfluous where troops fight for an issue that is land."""
    issues = [key for key, issue in model.issues.items() if issue.land]
    for key in issues:
        path = ("issues", key)
        if model.issues[key].holder is None:
            hint = 'add holder = "defender", or "challenger"; it says nothing of whose it is'
            allowed = "holder: who administers the land on the day"
            yield Finding((*path, "land"), "land without a holder", allowed, hint, on_key=True)
        if key != issues[0]:
            hint = f"{issues[0]} is land already: there is one front; write both as one issue"
            yield Finding((*path, "land"), "a second one", "one issue that is land", hint)
    parts: list[KeyPath] = [
        ("actors", key, "troops") for key, one in model.actors.items() if one.troops is not None
    ]
    parts += [("land",)] if model.land is not None else []
    for where in parts if not issues else []:
        hint = f"set land = true for the issue that troops fight for, or drop {where[-1]}"
        allowed = f"{where[-1]} only where an issue is land"
        yield Finding(where, "no issue of land", allowed, hint, on_key=True)
    for key, actor in model.actors.items():
        if issues and set(PRINCIPALS) & set(actor.roles) and actor.troops is None:
            where = ("actors", key, "troops")
            allowed = f"troops of both principals, for {issues[0]} is land"
            hint = 'add troops.strength = { range = [low, high], assumed = "why" }, rounded'
            yield Finding(where, "nothing", allowed, hint, on_key=True, leans_on="roles")
    if issues and model.land is None:
        hint = "add [land]; what it leaves out has defaults"
        yield Finding(("land",), "nothing", "[land], for an issue is land", hint, on_key=True)


def _taking_rules(model: Model) -> Iterator[Finding]:
    """Yield the faults of an issue that can be taken without shots."""
    takeable = [key for key, issue in model.issues.items() if issue.takeable is not None]
    for key in takeable:
        path, issue = ("issues", key), model.issues[key]
        allowed = "an issue that the defender administers on the day"
        if issue.holder is None:
            hint = 'add holder = "defender", or drop takeable'
            yield Finding((*path, "takeable"), "no holder", allowed, hint, on_key=True)
        elif issue.holder == "challenger":
            hint = "drop takeable: nobody takes what it holds already"
            yield Finding((*path, "holder"), show(issue.holder), allowed, hint)
        if not issue.narrow:
            allowed = "only an issue that the narrow agenda holds"
            hint = "set narrow = true, or drop takeable"
            yield Finding((*path, "takeable"), "narrow = false", allowed, hint, on_key=True)
    for key in takeable[1:]:
        hint = f"{takeable[0]} can be taken already; write both as one issue"
        where = ("issues", key, "takeable")
        yield Finding(where, "a second issue that can be taken", "one at most", hint, on_key=True)
    if takeable and model.taking is None:
        hint = "add [taking]; its numbers have defaults"
        where = ("issues", takeable[0], "takeable")
        yield Finding(where, "no [taking]", "an issue with what a taking costs", hint, on_key=True)
    if model.taking is not None and not takeable:
        hint = "add takeable and holder to an issue, or drop [taking]"
        yield Finding(("taking",), "nothing to take", "an issue with takeable", hint, on_key=True)


def weight_findings(model: Model, numbers: Mapping[str, Quantity]) -> Iterator[Finding]:
    """Yield a fault for each principal for whom, in some world, no issue has any weight."""
    for side in PRINCIPALS:
        key = f"{side}_weight"
        weights = [numbers.get(dotted(("issues", issue, key))) for issue in model.issues]
        if weights and all(weight is not None and _may_be_zero(weight) for weight in weights):
            path = ("issues", next(iter(model.issues)), key)
            hint = "give one issue a weight that is above 0 in every world"
            found = "0 for every issue, or in some world"
            yield Finding(path, found, "one issue or more that counts", hint)


def _may_be_zero(quantity: Quantity) -> bool:
    """Return whether a number of 0 or more is 0 in some world."""
    if quantity.kind == "range":
        lowest = quantity.limits[0] if quantity.within is None else quantity.within[0]
        return quantity.shape == "normal" and lowest == 0
    return quantity.kind != "gamma" and min(quantity.values or (quantity.low,)) == 0


def _force_rules(model: Model) -> Iterator[Finding]:
    for key, force in model.forces.items():
        path = ("forces", key)
        yield from known_actor(force.actor, (*path, "actor"), model, WITH_FORCES)
        if force.host is not None:
            yield from known_actor(force.host, (*path, "host"), model, ("host",))
        if force.leaves is not None and force.leaves <= force.arrives:
            allowed = f"a day after {show(force.arrives)}, when it arrives"
            yield Finding((*path, "leaves"), show(force.leaves), allowed, "put a later day")
        elif force.deployed:
            place, hint = (*path, "deployed"), "set deployed = false"
            as_of = f"{show(model.as_of)} (as_of)"
            if force.arrives > model.as_of:
                allowed = f"deployed only if it arrives by {as_of}"
                yield Finding(place, "true", allowed, hint, leans_on="as_of")
            if force.leaves is not None and force.leaves <= model.as_of:
                allowed = f"deployed only if it is there on {as_of}"
                yield Finding(place, "true", allowed, hint, leans_on="as_of")


def _start_rules(model: Model) -> Iterator[Finding]:
    """Yield what a running ultimatum, or an order of force, excludes at the start."""
    challenger = next((key for key, one in model.actors.items() if "challenger" in one.roles), "")
    own = [one for one in model.forces.values() if one.actor == challenger]
    deployed = sum(one.level for one in own if one.deployed)
    ultimatum, ordered = model.talks.ultimatum_runs, model.posture.raise_ordered
    if _may_be_so(ultimatum):
        path = ("talks", "ultimatum_runs")
        if deployed == 0:
            allowed = "an ultimatum only with force of the challenger deployed"
            hint = "set deployed = true for a force that is there, or drop ultimatum_runs"
            yield Finding(path, "no force deployed", allowed, hint, on_key=True)
        if _may_be_so(model.talks.have_failed):
            hint = "an ultimatum that runs stands for the state of the talks: drop have_failed"
            yield Finding(path, "with have_failed", "one of the two", hint, on_key=True)
    if model.standstill is not None and _may_be_so(model.standstill.holds):
        for name, other in (
            ("ultimatum_runs", ultimatum),
            ("have_failed", model.talks.have_failed),
        ):
            if _may_be_so(other):
                hint = f"a standstill that holds stands for the state of the talks: drop {name}"
                path = ("standstill", "holds")
                yield Finding(path, f"with talks.{name}", "one of the two", hint, on_key=True)
    if _may_be_so(ordered) and min(sum(one.level for one in own), 2) <= min(deployed, 2):
        allowed = "force on its way only where forces of the challenger hold more than is deployed"
        hint = "add the force that was ordered to [forces], with deployed = false"
        yield Finding(("posture", "raise_ordered"), "nothing to come", allowed, hint, on_key=True)
    blockade = model.blockade
    if blockade is not None and blockade.stands:
        path = ("blockade", "stands")
        if deployed < blockade.needs_force:
            allowed = f"only with force deployed at level {blockade.needs_force}, which it needs"
            hint = "set deployed = true for the force behind it, or lower needs_force"
            yield Finding(path, f"level {deployed} of force", allowed, hint)
        if _may_be_so(ordered):
            hint = "while it stands no more force is ordered: drop posture.raise_ordered"
            yield Finding(path, "with more force ordered", "one of the two", hint)


def _may_be_so(number: WrittenNumber | None) -> bool:
    """Return whether a yes-or-no number may be yes in some world."""
    if number is None:
        return False
    forms = number.chance or (), number.values or (), number.range or ()
    return any(size > 0 for size in (number.value or 0.0, *chain(*forms)))


def sign_rules(model: Model) -> Iterator[Finding]:
    """Yield the faults of signs to watch for, except those of their numbers."""
    for key, sign in model.signs.items():
        yield from _pointing_rules(sign, ("signs", key), model)


def _pointing_rules(sign: Indicator | Sign, path: KeyPath, model: Model) -> Iterator[Finding]:
    """Yield the faults in what a sign points to; a sign that points to nothing is one."""
    place, found = (*path, "points_to"), show(sign.points_to)
    named, plans = set(sign.points_to), set(get_args(Plan))
    if len(named) < len(sign.points_to):
        yield Finding(place, found, "each plan once", "drop the repeat")
    elif len(named) > 1 and not named <= plans:
        hint = "keep one of them, or write two signs"
        allowed = "force, answer or ally_force alone, or plans without these"
        yield Finding(place, found, allowed, hint)
    elif named >= plans:
        hint = 'drop the plans that it does not speak for, or write points_to = ["force"]'
        yield Finding(place, found, "three plans at most: of all four it says nothing", hint)
    elif ALLY_FORCE in named and not any("ally" in actor.roles for actor in model.actors.values()):
        hint = "give an actor the role ally, or drop the sign"
        yield Finding(place, found, "ally_force in a pack with an ally", hint)
    if sign.likelihood_ratio is not None and sign.likelihood_ratio.value == 1.0:
        allowed = "a number that is not 1 for certain: at 1 the sign says nothing"
        hint = "write a range that may have 1 in it, or drop the sign"
        yield Finding((*path, "likelihood_ratio"), "1", allowed, hint)


def _too_late(day: date | None, path: KeyPath, model: Model) -> Iterator[Finding]:
    if day is not None and day > model.as_of:
        allowed = f"{show(model.as_of)} (as_of) or before"
        hint = "leave out what was not known yet"
        yield Finding(path, show(day), allowed, hint, leans_on="as_of")


def _arsenal_rules(model: Model) -> Iterator[Finding]:
    for owner, classes in model.arsenals.items():
        path = ("arsenals", owner)
        yield from known_actor(owner, path, model, FIGHTERS, on_key=True)
        for place, (key, arsenal) in enumerate(classes.items()):
            yield from _known_system(arsenal.system, (*path, key, "system"))
            if place >= MOST_CLASSES:
                found, allowed = f"class {place + 1}", f"{MOST_CLASSES} classes at most"
                yield Finding((*path, key), found, allowed, "merge classes", on_key=True)


def _known_system(name: str, path: KeyPath) -> Iterator[Finding]:
    known = systems_at(path)
    if name not in known:
        hint = did_you_mean(name, known) or "take the nearest and override its figures"
        yield Finding(path, show(name), ", ".join(known), hint)


def _defence_rules(model: Model, numbers: Mapping[str, Quantity]) -> Iterator[Finding]:
    for owner, defence in model.defences.items():
        path, roles = ("defences", owner), roles_of(("defences", owner), model)
        yield from known_actor(owner, path, model, FIGHTERS, on_key=True)
        if defence.radar is not None:
            place = (*path, "radar")
            yield from _known_system(defence.radar, place)
            if owner in model.actors and not set(PRINCIPALS) & set(roles):
                hint = "drop radar: its layers see by the radars of their side"
                allowed = "only for challenger or defender"
                yield Finding(place, "radar", allowed, hint, on_key=True, leans_on="roles")
        # A pack may let nothing happen to a programme that it gives nobody.
        moved = [
            slot.path
            for slot in slots(model)
            if slot.row.of_programme and slot.written is not None and slot.written.value != 0.0
        ]
        if moved and "defender" in roles and not has_programme(model):
            allowed = f"what {dotted(moved[0])} needs: how many hits would break the programme"
            hint = f"add programme_hardness, or drop {moved[0][-1]}"
            place = (*path, "programme_hardness")
            yield Finding(place, "nothing", allowed, hint, on_key=True, leans_on="roles")
        yield from _layer_rules(defence, (*path, "layers"), numbers)
    for key, actor in model.actors.items():
        if set(PRINCIPALS) & set(actor.roles) and key not in model.defences:
            allowed = "a defence for the challenger and for the defender"
            hint = f"add [defences.{key}]"
            where = ("defences", key)
            yield Finding(where, f"none for {key}", allowed, hint, on_key=True, leans_on="roles")


def _layer_rules(
    defence: Defence, path: KeyPath, numbers: Mapping[str, Quantity]
) -> Iterator[Finding]:
    # The middle of what is counted on of the reach of each layer [km], if its numbers are sound.
    middles: dict[str, float] = {}
    for place, (key, layer) in enumerate(defence.layers.items()):
        here = (*path, key)
        yield from _known_system(layer.system, (*here, "system"))
        reach, discount, least = (
            numbers.get(dotted((*here, one))) for one in ("reach", "discount", "minimum_reach")
        )
        if reach is not None and discount is not None:
            low, high = reach.low * discount.low, reach.high * discount.high
            middles[key] = sqrt(max(low * high, 0.0))
            if least is not None and least.low >= high:
                found = f"{least.low:g} km or more"
                allowed = f"less than reach, of which {high:g} km are counted on at most"
                hint = "lower it, or raise reach"
                yield Finding((*here, "minimum_reach"), found, allowed, hint)
        if place >= MOST_LAYERS:
            found, allowed = f"layer {place + 1}", f"{MOST_LAYERS} layers at most"
            yield Finding(here, found, allowed, "merge layers", on_key=True)
    for outer, inner in pairwise(defence.layers):
        if outer in middles and inner in middles and middles[outer] < middles[inner]:
            found = f"{inner} reaches farther than {outer} before it"
            hint = f"put {inner} before {outer}"
            yield Finding((*path, inner), found, "layers from outer to inner", hint, on_key=True)


def _claim_rules(model: Model) -> Iterator[Finding]:
    for key, source in model.sources.items():
        yield from _too_late(source.date, ("sources", key, "date"), model)
    for key, claim in model.claims.items():
        path = ("claims", key)
        yield from _too_late(claim.date, (*path, "date"), model)
        hint = f"add [sources.{claim.source}]"
        yield from known_key(claim.source, model.sources, (*path, "source"), "source", hint)
        for place, other in enumerate(claim.confirmed_by):
            here = (*path, "confirmed_by", place)
            yield from known_key(other, model.sources, here, "source", f"add [sources.{other}]")
            if other == claim.source and other in model.sources:
                hint = "name one that does not rest on it"
                yield Finding(here, show(other), "another source", hint)
        # None is confirmed on the word of its own source alone.
        if claim.grade[1] == CONFIRMED and not claim.confirmed_by:
            found, best = f"{claim.grade} on a single source", f"{claim.grade[0]}2"
            hint = f'write "{best}", or confirmed_by = "another-source"'
            yield Finding((*path, "grade"), found, f"{best} at most", hint)
        if claim.at and claim.at.end <= claim.at.start:
            found, allowed = show(claim.at.end), f"more than start, which is {claim.at.start}"
            hint = "count characters from 0; end is the one after the last"
            yield Finding((*path, "at", "end"), found, allowed, hint)
        if key in ORIGINS:
            allowed = f"any key but {' and '.join(ORIGINS)}"
            yield Finding(path, key, allowed, "rename the claim", on_key=True)
