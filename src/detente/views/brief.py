"""What is read in four minutes: a picture, four sentences, and the findings behind each."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, NamedTuple

from detente.questions import wording
from detente.questions.compare import Comparison
from detente.questions.hypotheses import Hypotheses, Tested
from detente.views import causes, endings, evidence, options, record, strip, watching
from detente.views.answer import confidence, likely
from detente.views.blocks import Listing, Picture, Section, Words, listed, plain, says
from detente.views.figures import Figure
from detente.views.figures.matrix import drawn_options
from detente.views.material import Material

MOST_WORDS = 900
"""All that a reader sees of a brief, pictures included, has no more words: what holds a letter."""
MOST_NAMED = 2
"""Ways in which the first shot comes, and mechanisms, that are named."""
FACTS = 24
"""Words of the line that says how much was played, and of headings that stand in every brief."""
SPARED = (("brief-beginnings", 2), ("brief-options", 2))
"""Sections, and their sentences from this one on, that go first where there is no room."""
WORD = re.compile(r"\S*[a-z]\S*", re.IGNORECASE)
DRAWN_WORDS = re.compile(r"<text[^>]*>([^<]*)")
LEAST_WORDS = 4
"""A clause that has fewer does not say what is done."""
DRAWN = "world, settled, limited strike, regional war"
"""Words of the pictures that are defined."""
UNTRIED = "No forecast of it is scored yet: rely on differences and reasons before levels."
UNSIGNED = "None of the signs in the pack gives useful warning."


class Lead(NamedTuple):
    """One of the sentences with which a brief begins, and what it is about."""

    title: str
    words: Words
    key: Annotated[str, "of the section of the appendix that says more"]


@dataclass(frozen=True)
class Brief:
    """A report in short."""

    strip: Section
    """What past crises and others say, which comes before all else."""
    picture: Picture
    leads: tuple[Lead, ...]
    sections: tuple[Section, ...]
    """Each has the key of the section of the appendix that says more, after `brief-`."""

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Return its figures, the first one first."""
        first = self.picture.figure
        others = (figure for section in self.sections for figure in section.figures)
        return (*self.strip.figures, *(() if first is None else (first,)), *others)


def brief(known: Material, changed: tuple[Section, ...] = (), heading: str = "") -> Brief:
    """Return a run in short; `changed` says what is different since an earlier one.

    `heading`: what stands above it, as far as it differs from run to run.
    """
    first = Picture("futures_first", known.summary)
    sign = None if known.watched is None else watching.first(known.watched)
    sure = confidence(known.summary.base, known.course)
    leads = (
        Lead("The likely course", likely(known.summary, known.course), "endings"),
        Lead("What helps most", _best(known)[0], "options"),
        Lead("What to watch", UNSIGNED if sign is None else sign, "watching"),
        Lead("How sure", says("{} {}", sure, UNTRIED), "resting"),
    )
    moved = (Section(f"brief-{one.key}", "What has changed?", one.answer[:1]) for one in changed)
    sections = (*moved, *_parts(known))
    # Those words are defined that the pictures and the first sentences have.
    asked = " ".join((DRAWN, *(plain(lead.words) for lead in leads)))
    listing = endings.defined(known.run, within=asked)
    defined = Section("brief-words", listing.title, (), (listing,))
    views = Section("brief-strip", strip.TITLE, *strip.in_brief(known.strip))
    made = Brief(views, first, leads, (*sections, defined))
    drawn = [heading]
    for place, figure in enumerate(made.figures):
        drawn += [figure.title, *DRAWN_WORDS.findall(figure.svg())]
        # Above the first figure its title stands alone.
        drawn += [figure.under] if place else []
    return fitted(made, MOST_WORDS - FACTS - _words(drawn))


def _words(texts: Iterable[str]) -> int:
    return sum(len(WORD.findall(one)) for one in texts)


def fitted(made: Brief, room: int) -> Brief:
    """Return a brief whose texts have no more words than there is room for, as far as can be."""
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
    """Yield the sections with less: without a sentence that is spared, or a line on an option."""

    def with_section(place: int, section: Section) -> tuple[Section, ...]:
        return (*made.sections[:place], section, *made.sections[place + 1 :])

    places = {one.key: place for place, one in enumerate(made.sections)}
    for key, kept in SPARED:
        section = made.sections[places[key]] if key in places else None
        if section is not None and len(section.answer) > kept:
            yield with_section(places[key], replace(section, answer=section.answer[:-1]))
    for place, section in enumerate(made.sections[:-1]):
        listings = [block for block in section.blocks if isinstance(block, Listing)]
        for block in (one for one in listings if one.items):
            rest = tuple(one for one in section.blocks if one is not block)
            less = (replace(block, items=block.items[:-1]),) if len(block.items) > 1 else ()
            yield with_section(place, replace(section, blocks=(*less, *rest)))


def _best(known: Material) -> tuple[Words, ...]:
    found = known.comparison
    if found is None:
        return options.unplayed(known.run).answer
    return options.best_and_worst(found)


def _parts(known: Material) -> Iterator[Section]:
    """Yield what follows the four sentences, as far as there is something to say."""
    found = known.comparison
    if found is not None:
        _, *others = _best(known)
        listing = Listing("What each is", tuple(_in_short(found, drawn_options(found))))
        said = (*options.why(found), *reversed(others))
        shown = listing, Picture("options_matrix", found)
        yield Section("brief-options", options.TITLE, said, shown)
    # The first outcome of which a number is known to move it.
    turning = next((one for one in known.drivers.values() if one.numbers), None)
    if turning is not None:
        drawn = (Picture("drivers", turning),)
        yield Section("brief-turning", "What does it turn on?", (), drawn)
    if known.hypotheses is not None:
        held = tuple(verdicts(known.hypotheses))
        yield Section("brief-hypotheses", "Is what is held about it right?", held)
    yield _shots(known)
    flow = Picture("flow", known.run)
    if flow.figure is not None:
        yield Section("brief-endings", "What comes after the first turn?", (), (flow,))
    left_out = "What an option costs, and whether anybody agrees to it, is left out."
    yield Section("brief-limits", "Limits", (record.BOUNDS, left_out))
    yield Section("brief-evidence", "Sources", evidence.sources(known.crisis, known.ledger))


def _in_short(found: Comparison, names: Sequence[str]) -> Iterator[Words]:
    """Yield what is done under options, numbered from 1, those first that no other beats.

    It is the first clause of what each says.
    """
    numbered = list(enumerate(names, start=1))
    for number, name in sorted(numbered, key=lambda pair: pair[1] in found.dominated):
        text = found.options[name].says
        clause = re.split(r"[,:;]", text)[0]
        yield f"{number} {clause if len(clause.split()) >= LEAST_WORDS else text}"


def _shots(known: Material) -> Section:
    """Say how the first shot of most wars comes, and which clear removals prevent most war."""
    shots, found = known.summary.base.war_shots, known.causes
    said: list[Words] = ["No war comes in any of these futures."]
    if shots is not None:
        ways = sorted(shots.ways.items(), key=lambda one: -one[1].value)
        most = (
            says("{} {}", wording.counted(often), wording.FIRST_SHOTS[way])
            for way, often in ways[:MOST_NAMED]
            if often.value
        )
        said = [says("The first shot of 100 wars: {}.", listed(most, "; "))]
    removals = () if found is None else tuple(causes.without(found))[:MOST_NAMED]
    if found is not None and removals:
        war = wording.share(*found.shares["war",].interval)
        said.append(says("Of 100 futures played again, {} have war; {}.", war, removals[0]))
        said += [says("Likewise, {}.", other) for other in removals[1:]]
    return Section("brief-beginnings", "How would war begin?", tuple(said))


def verdicts(found: Hypotheses) -> Iterator[Words]:
    """Yield how many hypotheses have which verdict, and the one that is decided most clearly."""
    given = [one.verdict for one in found.tested]
    counts = "; ".join(
        f"{says}: {given.count(key)}" for key, says in wording.VERDICTS.items() if key in given
    )
    yield f"Of {len(found.tested)} hypotheses, {counts}."
    decided = [one for one in found.tested if one.verdict in ("supported", "rejected")]

    def sureness(one: Tested) -> float:
        """Return how many half intervals the test that decides lies from its threshold."""
        on = one.rests_on
        if on is None or on.estimate.high <= on.estimate.low:
            return 0.0
        beyond = abs(on.estimate.value - on.threshold)
        return 2.0 * beyond / (on.estimate.high - on.estimate.low)

    if decided:
        surest = max(decided, key=sureness)
        yield f"Most clearly {wording.VERDICTS[surest.verdict]}: “{surest.hypothesis.says}”."
