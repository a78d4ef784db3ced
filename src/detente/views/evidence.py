"""What a run rests on: claims, how far outcomes move if one is reversed, and assumptions."""

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from detente.ensemble.advice import command_to_grow
from detente.evidence import Found, Ledger, LedgerRow, Passage
from detente.evidence.ledger import SIZE_ASSUMED
from detente.pack import Crisis
from detente.pack.places import divides_attack
from detente.questions.drivers.inputs import titled
from detente.questions.influence import UNPLAYED, ClaimInfluence, Influences
from detente.questions.wording import cells, count, points, quantity, share, titles
from detente.views.blocks import (
    INTERVAL,
    Block,
    Column,
    Command,
    Listing,
    Picture,
    Section,
    Sentence,
    Table,
    Words,
    columns,
    says,
)
from detente.views.record import method, on_claims
from detente.views.trace import subject

KINDS = {
    "claims": "claims of sources, graded",
    "calibrated": "past crises (fitted)",
    "assumed": "a reason in words",
    "general": "general defaults and the catalogue of systems",
}
"""What numbers may rest on, by the key in a run's record."""
ORIGINS = {
    "default": "a general default",
    "catalogue": "the catalogue of systems",
    "calibrated": "past crises (fitted)",
}
"""Words for origins other than claims and reasons."""
NO_CLAIMS = "The pack carries no claims: no number rests on a document."
ADVICE = {
    "moved": "A moved passage has the same words in another place: copy its new start and end, "
    "that is the line `at`, into its claim. The sha256 stays as it is.",
    "missing": "A missing passage was changed, or this is another edition or another document; "
    "or the claim gives another length (end less start) or sha256 than the passage has.",
}
"""What to do about passages that differ from their claims."""


READ = (
    "Reversed: the claim's numbers go from the 10th to the 90th percentile of their values in "
    "these sets of assumptions, a chance from no to yes; several of them each go in the direction "
    "that raises the outcome. Everything else stays as in the sets of assumptions. A shift below "
    "0 means that the direction, chosen in other sets of assumptions, was the wrong one. A "
    "shift is shown only if its interval excludes 0, in sets of assumptions that did not choose "
    "the claim.",
    "Order: by weakness of the grade (A1 1/6 to F6 1) times the larger shift; "
    "docs/evidence.md says how this is measured.",
)


def resting(found: Influences) -> Section:
    """Return the page on what a run rests on: inputs by kind, and the effect of each claim."""
    run, rest = found.run, found.run.record.evidence
    played = (
        f"{found.worlds} of {run.record.settings.worlds} sets of assumptions, played again with "
        "the numbers of each claim reversed"
    )
    return Section(
        key="resting",
        title="What does it rest on?",
        about=(subject(run.record), *((played,) if found.worlds else ())),
        answer=(
            *heaviest(found),
            f"Of {rest['numbers']} numbers {rest['claims']} rest {on_claims(rest)}, "
            f"{rest['calibrated']} on past crises, {rest['assumed']} on a reason in words and "
            f"{rest['general']} on general defaults.",
        ),
        blocks=tuple(_moves(found)),
        method=method(
            run,
            how=(
                "The numbers of a claim go from one end of their ranges to the other, in sets of "
                "assumptions of the run and on the same draws. Other sets of assumptions "
                "decide beforehand which claims are measured."
            ),
            left_out="A claim's grade is a judgement of the analyst who wrote the pack.",
            would_change="Better sources for the weakest assumptions, which are listed below.",
        ),
        reading=READ if _clear(found) else (),
        next=tuple(_next(found)),
    )


def _clear(found: Influences) -> dict[str, ClaimInfluence]:
    """Return the claims that clearly move an outcome."""
    return {key: one for key, one in found.claims.items() if one.is_clear}


def _next(found: Influences) -> Iterator[Command]:
    run, folder = found.run, found.run.folder_in_command
    if UNPLAYED in found.notes:
        yield Command("to play it", f"detente evidence {folder}")
    for one in list(_clear(found).values())[:1]:
        line = f"detente explain {shlex.quote(run.record.source)} {one.fields[0]}"
        yield Command("what one of its numbers means", line)
    if not found.worlds:
        more = command_to_grow(run.folder, run.record, worlds=2 * run.record.settings.worlds)
        yield Command("more assumptions", more)


def heaviest(found: Influences) -> Iterator[Words]:
    """Yield a sentence for each outcome on the claim that moves it most, or on why none does."""
    yield from (says("Note: {}.", note) for note in found.notes)
    for outcome in found.outcomes if found.worlds else ():
        called = titles(found.run.record)[outcome]
        shifts = {
            key: one.shifts[outcome].swing
            for key, one in found.claims.items()
            if outcome in one.shifts and one.shifts[outcome].is_clear
        }
        if not shifts:
            yield f"No claim clearly moves {called} when it is reversed."
            continue
        most = max(shifts, key=lambda key: abs(shifts[key].value))
        claim = found.claims[most].claim
        yield says(
            f"Reversing the claim “{claim.says}” ({most}, graded {claim.grade}) moves {called} by "
            "{} points.",
            share(*shifts[most].interval),
        )


def _moves(found: Influences) -> Iterator[Block]:
    yield Picture("evidence", found)
    yield from moving(found)
    fixed = {key: one for key, one in found.claims.items() if one.fixed and not one.fields}
    named = [field for one in fixed.values() for field in one.fixed if not divides_attack(field)]
    if named:
        yield Command(
            "The numbers of these claims cannot be reversed, as they are fixed in this run, "
            f"calibrated, or part of the plan of an attack: {', '.join(fixed)}. Another run, with "
            "another value, shows how far they move outcomes:",
            f"detente run {shlex.quote(found.run.record.source)} --set {named[0]}=VALUE",
            level="full",
        )
    nothing = sum(not one.fixed and not one.fields for one in found.claims.values())
    if nothing:
        words = f"Claims that support no number, and so move nothing here: {nothing}."
        yield Sentence(words, level="full")
    yield Table(
        "resting",
        "Grounds of the numbers",
        (Column("Rests on"), Column("Numbers", is_number=True)),
        tuple((name, str(found.run.record.evidence[kind])) for kind, name in KINDS.items()),
        level="full",
    )


def moving(found: Influences) -> Iterator[Block]:
    """Yield the claims that clearly move an outcome, and how many others there are."""
    called, clear = titles(found.run.record), _clear(found)
    if clear:
        heads = [head for outcome in found.outcomes for head in (called[outcome], INTERVAL)]
        rows = []
        for key, one in clear.items():
            row = [f"{one.claim.says} ({key})", one.claim.grade]
            for outcome in found.outcomes:
                shift = one.shifts.get(outcome)
                row += cells(shift.swing if shift is not None and shift.is_clear else None)
            rows.append(tuple(row))
        yield Table(
            "influence",
            "Change in outcomes if a claim is reversed, in points (blank: no clear change)",
            columns("Claim", "Grade", numbers=heads),
            tuple(rows),
        )
    for outcome in found.outcomes if found.worlds else ():
        shifts = [one.shifts[outcome] for one in found.claims.values() if outcome in one.shifts]
        unsure = [one.swing.worlds_needed for one in shifts if not one.is_clear]
        others = "the other does" if len(unsure) == 1 else f"the other {len(unsure)} do"
        open_ = (
            f" We cannot tell from this run whether {others}; about {min(unsure):,} sets of "
            "assumptions would show it for one of them."
            if unsure
            else ""
        )
        left = (found.unlisted or {})[outcome]
        words = says(
            f"Claims tested that clearly move {called[outcome]} in this model: "
            f"{len(shifts) - len(unsure)} of {len(shifts)}.{open_} None of the other "
            f"{left.claims} moves it by more than {{}} points.",
            points(left.below),
        )
        yield Sentence(words)


def claims(crisis: Crisis, book: Ledger) -> Section:
    """Return the page on the claims behind the numbers and on their documents."""
    given = len(book.given)
    assumed = len(book.rows) - given - len(book.unsupported)
    graded = (
        f"{count(len(crisis.claims), 'claim')} from {count(len(crisis.sources), 'source')}, in "
        "our own words and attributed. Grades are Admiralty codes: a letter for the source, A "
        "reliable to F unknown; a digit for what it says, 1 confirmed by another source to 6 "
        "unknown.",
        f"Claims give a figure for {given} of {len(book.rows)} numbers; each has the grade of its "
        f"best claim. For {assumed} others they give the direction alone ({SIZE_ASSUMED}).",
    )
    return Section(
        key="evidence",
        title="Evidence and its gradings",
        about=(subject(crisis),),
        answer=graded if crisis.claims else (NO_CLAIMS,),
        blocks=tuple(_claims(crisis, book)),
    )


def sources(crisis: Crisis, book: Ledger) -> tuple[Words, ...]:
    """Return sentences on the documents of claims, reliance on the main one, and figures given."""
    if not crisis.claims:
        return (NO_CLAIMS,)
    cited = Counter(claim.source for claim in crisis.claims.values())
    (main, often), *_ = cited.most_common(1)
    alone = f"{often} of them from one" if len(cited) > 1 else "all of them"
    document = crisis.sources[main]
    by = _known(document.author or document.publisher, document.date)
    supported = [row for row in book.rows if row.is_supported]
    on_it = sum(
        {crisis.claims[key].source for key in row.because if key in crisis.claims} == {main}
        for row in supported
    )
    given = len(book.given)
    return (
        f"{count(len(crisis.claims), 'claim')} come from {count(len(cited), 'document')}, "
        f"{alone}: “{document.title}” ({by}).",
        f"Of the {len(book.rows)} inputs, {len(book.rows) - len(supported)} rest on no claim. Of "
        f"the other {len(supported)}, {on_it} rest on that document alone.",
        f"Claims give a figure for {count(given, 'input')}. For {len(supported) - given} more they "
        "give the direction; the pack's author chose the size.",
    )


def _known(*parts: object) -> str:
    """Return the parts that are known, separated by commas."""
    return ", ".join(str(one) for one in parts if one)


def _claims(crisis: Crisis, book: Ledger) -> Iterator[Block]:
    if crisis.sources:
        yield Table(
            "sources",
            "Documents",
            columns("Key", "Document", "Publisher, author, date"),
            tuple(
                (
                    key,
                    one.title,
                    _known(one.publisher, one.author, one.date),
                )
                for key, one in crisis.sources.items()
            ),
        )
    used = [key for key in crisis.claims if key not in book.unused]
    if used:
        yield _claimed(crisis, book, ("claims", "Claims"), used)
    if book.unused:
        named = ("claims-unused", "Claims that no number and no hypothesis rests on")
        yield _claimed(crisis, book, named, book.unused)
    if used:
        # First numbers that a claim gives, then those whose size is assumed.
        assumed = [row for row in book.rows if row.is_supported and not row.is_given]
        yield Table(
            "graded",
            "Numbers that rest on claims, and the grade of those that a claim gives",
            (
                Column("Number"),
                Column("Value or 90 % range", origin="assumed"),
                Column("Grade"),
                Column("Claims"),
            ),
            tuple(
                (*_number(row, crisis), row.grade, ", ".join(row.gives or row.because))
                for row in (*book.given, *assumed)
            ),
            level="full",
        )


def _number(row: LedgerRow, crisis: Crisis) -> tuple[str, str]:
    """Return the title of a number, and its value or range."""
    named = f"{titled(row.field, crisis)} ({row.field})"
    return named, quantity(crisis.numbers[row.field])


def _claimed(crisis: Crisis, book: Ledger, named: tuple[str, str], keys: Sequence[str]) -> Table:
    given = Counter(key for row in book.rows for key in row.gives)
    uses = Counter(key for row in book.rows for key in row.because)
    rows = []
    for key in keys:
        one = crisis.claims[key]
        accepted = "" if one.accepted_by is None else f" accepted by {one.accepted_by}"
        accepted += "" if one.accepted_on is None else f" on {one.accepted_on}"
        said = f"{one.says} ({one.by}, {one.kind}, {one.date}; {one.source}{accepted})"
        rows.append((key, one.grade, f"{given[key]}", f"{uses[key] - given[key]}", said))
    return Table(
        *named,
        (
            Column("Claim"),
            Column("Grade"),
            Column("Gives"),
            Column("Bears on"),
            Column("What is said, by whom, when", origin="reported"),
        ),
        tuple(rows),
        level="full",
    )


def assumptions(crisis: Crisis, book: Ledger) -> Section:
    """Return the page on the numbers without a claim, the weakest first."""
    rows = book.unsupported
    table = Table(
        "assumptions",
        "Numbers that rest on no claim",
        (
            Column("Number"),
            Column("Value or 90 % range", origin="assumed"),
            Column("Rests on"),
        ),
        tuple((*_number(row, crisis), reason(row)) for row in rows),
        level="full",
    )
    return Section(
        key="assumptions",
        title="Assumptions, the weakest first",
        answer=(
            f"{len(rows)} of {len(book.rows)} numbers rest on no claim. First come "
            "general defaults, then reasons in words, figures of known systems, and what was "
            "fitted to past crises.",
        ),
        blocks=(table,) if rows else (),
    )


def origin(row: LedgerRow) -> str:
    """Return in words the kind of basis of a number without a claim."""
    return next((ORIGINS[key] for key in row.because if key in ORIGINS), "a reason in words")


def reason(row: LedgerRow) -> str:
    """Return in words the basis of a number without a claim, with the author's reason."""
    origins = [ORIGINS[key] for key in row.because if key in ORIGINS]
    return "; ".join([*origins, *((row.assumed,) if row.assumed else ())])


def passages(crisis: Crisis, source: str, sought: Iterable[tuple[Passage, Found]]) -> Section:
    """Return the page on passages of claims in a document: found, moved (and where to), missing."""
    pairs, document = list(sought), crisis.sources[source]
    counts: Mapping[str, int] = Counter(found.result for _, found in pairs)
    blocks: list[Block] = []
    for passage, found in pairs:
        if found.result == "moved":
            place = f"start = {found.start}, end = {found.end}"
            line = f'at = {{ {place}, sha256 = "{passage.sha256}" }}'
            blocks.append(Command(f"Moved: {found.claim}, now on line {found.line}", line))
    missing = [found.claim for _, found in pairs if found.result == "missing"]
    if missing:
        items = tuple(f"{key}: {crisis.claims[key].says}" for key in missing)
        blocks.append(Listing("Missing", items))
    return Section(
        key="passages",
        title=f"{document.title} ({document.publisher})",
        answer=(
            f"{counts['matches']} of {len(pairs)} passages stand where their claims say; "
            f"moved: {counts['moved']}, missing: {counts['missing']}.",
        ),
        blocks=tuple(blocks),
        reading=tuple(words for result, words in ADVICE.items() if counts[result]),
    )
