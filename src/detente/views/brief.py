"""What is read in four minutes: a picture, four sentences, and the findings behind each."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, NamedTuple

from detente.questions import wording
from detente.questions.compare import Comparison
from detente.questions.hypotheses import Hypotheses, Tested
from detente.questions.wording import of_100
from detente.views import causes, endings, evidence, options, record, watching
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

    picture: Picture
    leads: tuple[Lead, ...]
    sections: tuple[Section, ...]
    """Each has the key of the section of the appendix that says more, after `brief-`."""

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Return its figures, the first one first."""
        first = self.picture.figure
        others = (figure for section in self.sections for figure in section.figures)
        return (*(() if first is None else (first,)), *others)


def brief(known: Material, changed: tuple[Section, ...] = (), heading: str = "") -> Brief:
    """Return a run in short; `changed` says what is different since an earlier one.

    `heading`: what stands above it, as far as it differs from run to run.
    """
    first, leads = Picture("futures_first", known.summary), tuple(_leads(known))
    moved = (Section(f"brief-{one.key}", "What has changed?", one.answer[:1]) for one in changed)
    found = (part(known) for part in PARTS)
    sections = (*moved, *(one for one in found if one is not None))
    # Those words are defined that the pictures and the first sentences have.
    asked = " ".join((DRAWN, *(plain(lead.words) for lead in leads)))
    listing = endings.defined(known.run, within=asked)
    defined = Section("brief-words", listing.title, (), (listing,))
    made = Brief(first, leads, (*sections, defined))
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
    for section in made.sections:
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


def _leads(known: Material) -> Iterator[Lead]:
    yield Lead("The likely course", likely(known.summary, known.course), "endings")
    yield Lead("What helps most", _best(known)[0], "options")
    first = None if known.watched is None else watching.first(known.watched)
    yield Lead("What to watch", UNSIGNED if first is None else first, "watching")
    sure = confidence(known.summary.base, known.course).words
    yield Lead("How sure", says("{} {}", sure, UNTRIED), "resting")


def _best(known: Material) -> tuple[Words, ...]:
    found = known.comparison
    if found is None:
        return options.unplayed(known.run).answer
    return options.best_and_worst(found)


def _options(known: Material) -> Section | None:
    found = known.comparison
    if found is None:
        return None
    drawn = drawn_options(found)
    _, *others = _best(known)
    return Section(
        "brief-options",
        options.TITLE,
        (*options.why(found), *reversed(others)),
        (
            Listing("What each is", tuple(_in_short(found, drawn))),
            Picture("options_matrix", found),
        ),
    )


def _in_short(found: Comparison, names: Sequence[str]) -> Iterator[Words]:
    """Yield what is done under options, numbered from 1, those first that no other beats.

    It is the first clause of what each says.
    """
    numbered = list(enumerate(names, start=1))
    for number, name in sorted(numbered, key=lambda pair: pair[1] in found.dominated):
        text = found.options[name].says
        clause = re.split(r"[,:;]", text)[0]
        yield f"{number} {clause if len(clause.split()) >= LEAST_WORDS else text}"


def _turning(known: Material) -> Section | None:
    """Return the picture of what an outcome turns on, of the first of which anything stands."""
    standing = [one for one in known.drivers.values() if one.numbers]
    if not standing:
        return None
    drawn = Picture("drivers", standing[0])
    return Section("brief-turning", "What does it turn on?", (), (drawn,))


def _shots(known: Material) -> Section:
    """Say how the first shot of most wars comes, and which clear removals prevent most war."""
    shots, found = known.summary.base.war_shots, known.causes
    said: list[Words] = ["No war comes in any of these futures."]
    if shots is not None:
        ways = sorted(shots.ways.items(), key=lambda one: -one[1].value)
        most = tuple(
            says("{} ({}) {}", of_100(often.value), wording.chance(often), wording.FIRST_SHOTS[way])
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


def _flow(known: Material) -> Section | None:
    drawn = Picture("flow", known.run)
    title = "What comes after the first turn?"
    return None if drawn.figure is None else Section("brief-endings", title, (), (drawn,))


def _held(known: Material) -> Section | None:
    if known.hypotheses is None:
        return None
    said = tuple(verdicts(known.hypotheses))
    return Section("brief-hypotheses", "Is what is held about it right?", said)


def verdicts(found: Hypotheses) -> Iterator[Words]:
    """Yield how many hypotheses have which verdict, and the one that is decided most clearly."""
    given = [one.verdict for one in found.tested]
    counts = "; ".join(
        f"{says}: {given.count(key)}" for key, says in wording.VERDICTS.items() if key in given
    )
    yield f"Of {len(found.tested)} hypotheses, {counts}."
    decided = [one for one in found.tested if one.verdict in ("supported", "rejected")]
    if decided:
        surest = max(decided, key=_sureness)
        yield f"Most clearly {wording.VERDICTS[surest.verdict]}: “{surest.hypothesis.says}”."


def _sureness(one: Tested) -> float:
    """Return how many half intervals the test that decides lies from its threshold."""
    on = one.rests_on
    if on is None or on.estimate.high <= on.estimate.low:
        return 0.0
    beyond = abs(on.estimate.value - on.threshold)
    return 2.0 * beyond / (on.estimate.high - on.estimate.low)


def _limits(_known: Material) -> Section:
    left_out = "What an option costs, and whether anybody agrees to it, is left out."
    return Section("brief-limits", "Limits", (record.BOUNDS, left_out))


def _sources(known: Material) -> Section:
    return Section("brief-evidence", "Sources", evidence.sources(known.crisis, known.ledger))


PARTS: tuple[Callable[[Material], Section | None], ...] = (
    _options,
    _turning,
    _held,
    _shots,
    _flow,
    _limits,
    _sources,
)
"""What follows the four sentences, in its order; None where there is nothing to say."""
