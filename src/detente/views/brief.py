"""A short report that is read in four minutes: main findings, then one section for each."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, NamedTuple

from detente.estimate.estimate import Estimate
from detente.estimate.paired import paired_means
from detente.pack.quantity import accepted
from detente.questions import wording
from detente.questions.compare import Comparison
from detente.questions.past.definitions import BANDS
from detente.questions.quarters import quartered
from detente.questions.standing import DEAL_STANDS, standing_at_end
from detente.questions.wording import duration, in_short, range_in_short
from detente.text import TO, capitalised
from detente.views import endings, evidence, options, record, strip, watching
from detente.views.answer import confidence
from detente.views.blocks import Listing, Picture, Section, Words, listed, plain, says
from detente.views.figures import Figure
from detente.views.material import Material
from detente.views.work import WORKS

MOST_WORDS = 700
"""Upper limit on the words of a brief, those in pictures included; a word has a letter."""
FACTS = 24
"""Words of fixed headings and legends, subtracted from the limit."""
SPARED = (("brief-evidence", 1), ("brief-options", 2))
"""Sections that may be shortened to fit the limit, and the sentences that each must keep."""
WORD = re.compile(r"\S*[a-z]\S*", re.IGNORECASE)
DRAWN_WORDS = re.compile(r"<text[^>]*>([^<]*)")
DRAWN = "set of assumptions, course of events, use of force, war, limited strike"
"""Words in pictures and headings that the list of definitions covers."""
ASSUMED = "The direct effect of a step is assumed."
UNTRIED = "None of its forecasts has been scored: trust comparisons more than levels."
UNSIGNED = "None of the signs listed gives useful warning of war."
NO_SIGNS = "The crisis lists no signs to watch for."
RANGE = ", with a range of {} %"
PARTS = 3
"""Number of parts into which worlds are divided; an option must help in each."""
MOST_HELP = 4
"""Upper limit on the number of helpful options that are named."""
CALLED = {"deal": "deals without force", "force": "use of force", "any_war": "war"}
"""Outcomes that options change, in the order in which they are named."""


class Lead(NamedTuple):
    """One of the opening sentences of a brief, with its title."""

    title: str
    words: Words
    key: Annotated[str, "key of the section of the appendix with details"]


@dataclass(frozen=True)
class Brief:
    """A report in short."""

    strip: Section
    """Estimates from past crises and others; they come first."""
    picture: Picture
    leads: tuple[Lead, ...]
    sections: tuple[Section, ...]
    """Each key is `brief-` and the key of the section of the appendix with the details."""

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Return all figures, the main one after those of the strip."""
        first = self.picture.figure
        others = (figure for section in self.sections for figure in section.figures)
        return (*self.strip.figures, *(() if first is None else (first,)), *others)


def brief(known: Material, changed: tuple[Section, ...] = (), heading: str = "") -> Brief:
    """Return the short report on a run; `changed` are sections on changes since an earlier run.

    `heading`: the text above the brief, which counts towards the limit on words.
    """
    first = Picture("stands", known.summary)
    sign = None if known.watched is None else watching.first(known.watched)
    unsigned = UNSIGNED if known.run.crisis.model.signs else NO_SIGNS
    sure = confidence(known.summary.base, known.course)
    helping = () if known.comparison is None else tuple(steady(known.comparison))
    leads = (
        Lead("The likely course", _course(known), "endings"),
        Lead("What helps most", _helps(known, helping), "options"),
        Lead("What to watch", unsigned if sign is None else sign, "watching"),
        Lead("How sure", says("{} {}", sure, UNTRIED), "resting"),
    )
    moved = (Section(f"brief-{one.key}", "What has changed?", one.answer[:1]) for one in changed)
    sections = (*moved, *_parts(known, helping))
    # Only words of the pictures and of the opening sentences are defined.
    asked = " ".join((DRAWN, *(plain(lead.words) for lead in leads)))
    listing = endings.defined(known.run, within=asked)
    defined = Section("brief-words", listing.title, (), (listing,))
    views = Section("brief-strip", strip.TITLE, *strip.in_brief(known.strip))
    made = Brief(views, first, leads, (*sections, defined))
    drawn = [heading]
    for place, figure in enumerate(made.figures):
        drawn += [figure.title, *DRAWN_WORDS.findall(figure.svg())]
        # The first figure has no subtitle.
        drawn += [figure.under] if place else []
    return fitted(made, MOST_WORDS - FACTS - _words(drawn))


def _words(texts: Iterable[str]) -> int:
    return sum(len(WORD.findall(one)) for one in texts)


def fitted(made: Brief, room: int) -> Brief:
    """Return a brief shortened to at most `room` words, or as far as its sections allow."""
    while _words(_texts(made)) > room:
        shorter = next(_shorter(made), None)
        if shorter is None:
            break
        made = replace(made, sections=shorter)
    return made


def _texts(made: Brief) -> Iterator[str]:
    for lead in made.leads:
        yield f"{lead.title} {plain(lead.words)}"
    for section in (made.strip, *made.sections):
        yield " ".join((section.title, *map(plain, section.answer)))
        for block in section.blocks:
            if isinstance(block, Listing):
                yield " ".join(map(plain, block.items))


def _shorter(made: Brief) -> Iterator[tuple[Section, ...]]:
    """Yield the sections with the last sentence of one removed, for each that may be cut."""
    places = {one.key: place for place, one in enumerate(made.sections)}
    for key, kept in SPARED:
        place = places.get(key)
        if place is not None and len(made.sections[place].answer) > kept:
            section = made.sections[place]
            less = replace(section, answer=section.answer[:-1])
            yield (*made.sections[:place], less, *made.sections[place + 1 :])


def _course(known: Material) -> Words:
    """Return sentences on the chances of force, war and a deal by date, and on other ends."""
    shares, horizon = known.summary.base.outcomes, known.course.horizon
    force, war = shares["force"], shares["any_war"]
    others = [
        says("{} in {} %", name, in_short(sum(parts)))
        for name, parts, _ in standing_at_end(known.summary)
        if name != DEAL_STANDS
    ]
    sentences = [*_by_date(known)]
    if others:
        sentences.append(says("Other endings: {}.", listed(others[:2])))
    return says(
        "The chance of force by {} is {} %{}. The chance of war is {} %{}. {}",
        wording.dated(known.run.record, horizon).partition(" (")[0],
        in_short(force.value),
        _across(force, ". Change the assumptions within reason and it runs from {} %"),
        in_short(war.value),
        _across(war, RANGE),
        listed(sentences, " "),
    )


def _by_date(known: Material) -> Iterator[Words]:
    """Yield sentences on the deal that stands at the end, and on the chances by the first date."""
    by_day: dict[int, dict[str, Estimate]] = {}
    for row in known.strip.rows:
        if row.model is not None and not row.asked.given:
            by_day.setdefault(row.asked.day, {})[row.asked.outcome] = row.model
    deal = by_day.get(known.course.horizon, {}).get("agreement")
    if deal is not None:
        across = _across(deal, RANGE)
        yield says("A deal stands at the end in {} %{}.", in_short(deal.value), across)
    first = min(by_day, default=known.course.horizon)
    if first < known.course.horizon and by_day[first].keys() >= {"force", "any_war", "agreement"}:
        date = wording.dated(known.run.record, first).partition(" (")[0]
        soon = (in_short(by_day[first][key].value) for key in ("force", "any_war", "agreement"))
        yield says("By {} force comes in {} %, war in {} %, a deal in {} %.", date, *soon)


def _across(share: Estimate, words: str) -> Words:
    """Return words with the range across assumptions; none if noise hides it."""
    ends = range_in_short(share.spread_low, share.spread_high)
    return says(words, ends) if TO in ends else ""


class Helping(NamedTuple):
    """An option that helps in each part of the worlds: the lowest and highest change by outcome."""

    title: str
    changes: dict[str, tuple[float, float]]
    key: Annotated[str, "key of the option"]


def steady(found: Comparison) -> Iterator[Helping]:
    """Yield the options that clearly help overall and in each third of the worlds.

    Each change is the range over the thirds, which share no world.
    """
    for name in found.groups["help"]:
        one, place = found.options[name], found.pairs.options.index(name)
        changes = {}
        for key in (key for key in CALLED if key in one.counts):
            means = paired_means(found.pairs, place, 0, key).means
            parts = [float(means[part::PARTS].mean()) for part in range(PARTS)]
            if min(parts) > 0.0 or max(parts) < 0.0:
                changes[key] = (min(parts), max(parts))
        if changes:
            yield Helping(one.title, changes, name)


def _helps(known: Material, helping: Sequence[Helping]) -> Words:
    if known.comparison is None:
        return _unplayed(known)
    if not helping:
        return "No step clearly helps whatever the assumptions."
    best = helping[0]
    rivals = len(known.comparison.rivals(best.key))
    unbeaten = f". It does not clearly beat {wording.count(rivals, 'other')}" if rivals else ""
    return says("“{}”: {}{}.", best.title, _changes(best), unbeaten)


def _unplayed(known: Material) -> Words:
    """Return a sentence that no options were played, with the command for it and its duration."""
    run, work = known.run, WORKS["options"]
    if work.is_done(known):
        return "The pack has no options."
    command = f"detente run {run.record.source} --options all"
    return f"Not compared yet. {command} does it, in {duration(work.seconds(known))}."


def _changes(one: Helping) -> Words:
    """Return the changes that an option makes in points, as ranges over thirds of the worlds."""
    return listed(
        (
            says(f"{{}} points {'more' if low > 0.0 else 'less'} {CALLED[key]}", _points(low, high))
            for key, (low, high) in one.changes.items()
        ),
        ", ",
    )


def _points(low: float, high: float) -> Words:
    return range_in_short(*sorted((abs(low), abs(high))))


def _parts(known: Material, helping: Sequence[Helping]) -> Iterator[Section]:
    """Yield the sections after the opening sentences, as far as each has content."""
    shots = Picture("shots", known.summary)
    if shots.figure is None:
        yield Section("brief-beginnings", "How would war begin?", ("No war comes in this run.",))
    else:
        yield Section("brief-beginnings", "How would war begin?", (), (shots,))
    if known.comparison is not None:
        # The first stands among the opening sentences.
        said = (says("“{}”: {}.", one.title, _changes(one)) for one in helping[1:MOST_HELP])
        others = len(known.comparison.options) - 1 - len(helping)
        rest = (
            f"Of {wording.count(others, 'other step' if helping else 'step')} none clearly helps "
            "without doing harm elsewhere."
        )
        title = "What else could be done?" if helping else options.TITLE
        yield Section("brief-options", title, (ASSUMED, *said, rest))
    # The first outcome with a clear relation to one assumption.
    parted = (quartered(known.run, outcome) for outcome in ("force", "any_war", "deal"))
    found = next((one for one in parted if one is not None), None)
    if found is not None:
        drawn = (Picture("quarters", (known.run, found)),)
        yield Section("brief-turning", "What would have to be true?", (), drawn)
    wrong = known_miss(known), record.fared_in_short()
    yield Section("brief-fitness", "Known to be wrong", wrong)
    left_out = "It leaves out what a step costs and whether anybody would agree to it."
    yield Section("brief-limits", "Limits", (record.BOUNDS, left_out))
    yield Section("brief-evidence", "Sources", evidence.sources(known.crisis, known.ledger))


def known_miss(known: Material) -> Words:
    """Return a sentence on the rate of past crises that the model misses most.

    A miss is measured in widths of history's interval, among crises that began as this one did if
    the pack says how, among all otherwise.
    """
    past = known.strip.reference
    fit = accepted(known.crisis.model.accepted_set).provenance["foretold"]
    start = "all" if past is None else past.of.start
    misses = {}
    for key, given in fit.items():
        band = BANDS.get(key)
        if not key.startswith(f"{start}.") or band is None or band.unit != "share":
            continue
        if band.low is not None and band.high is not None:
            beyond = max(given - band.high, band.low - given)
            misses[key] = beyond / (band.high - band.low)
    worst = max(misses, key=lambda key: misses[key])
    if misses[worst] <= 0.0:
        return "Every rate of past crises that it is fitted to lies within history's interval."
    said = says("The model misses this rate of past crises most. {}.", _against(worst, fit))
    strength = None if past is None else past.of.attributes.get("strength")
    if strength is None:
        return said
    # A strength is the log2 ratio of capabilities: at 1 the challenger has twice the defender's.
    sides = "similar" if abs(strength) < 1.0 else "stronger" if strength > 0.0 else "weaker"
    own = f"{start}.war_if_{sides}"
    return said if own == worst else says("{} {}.", said, _against(own, fit, ", as here"))


def _against(key: str, fit: Mapping[str, float], here: str = "") -> Words:
    """Return a rate of past crises in history, with its interval, and in the model."""
    band = BANDS[key]
    return says(
        "{}: history has {} % ({}), the model {} %",
        capitalised(band.says.partition(" (")[0] + here if here else band.says),
        in_short(band.value or 0.0, "reported"),
        range_in_short(band.low or 0.0, band.high or 0.0),
        in_short(fit[key]),
    )
