"""A crisis followed over months: what is forecast, what moved and why, how forecasts fared."""

import shlex
from collections.abc import Iterator, Sequence

from detente.follow.chain import Chain, Registration
from detente.follow.scoring import DEPENDENT, QuestionScore, Scores, Skill
from detente.follow.tracked import FollowedQuestion, Tracked, Verified
from detente.questions.wording import count, number, points, span
from detente.views.blocks import (
    INTERVAL,
    WORLDS,
    Block,
    Column,
    Command,
    Listing,
    Picture,
    Section,
    Table,
    Words,
    number_columns,
    says,
)

NONE = "-"
RESULTS = {"happened": "happened", "did_not": "did not happen", "void": "void"}
RIVALS = {"base": "the base rate", "before": "the forecast before"}
MEASURES = {"brier": "Brier score", "log": "log score"}
MOST_NUMBERS = 12
"""Numbers that differ which are listed for one registration; the file has all."""
READING: tuple[Words, ...] = (
    (
        "90 % interval: over worlds and chance, what another seed would give. Across worlds: 5th "
        "to 95th percentile, which depends on what is assumed; sampling noise is removed.",
    ),
    (
        "Brier score: squared distance of the share from what came, 0 to 1; .25 is what one half "
        "always gets. Log score: negative natural logarithm of the chance given to what came. "
        "Lower is better. Each forecast counts for the days for which it stood.",
    ),
    (
        "Questions that differ in their date only count as one. Of fewer than five such groups, or "
        "where all or none of them happened, no skill is claimed.",
    ),
)


def section(found: Tracked) -> Section:
    """Return the open questions, those resolved with their scores, and what moved."""
    head, last = found.chain.head, found.last
    return Section(
        key="track",
        title="What was forecast, and how did it fare?",
        about=(
            f"{last.basis.title}, in this model",
            f"{count(len(found.chain.registrations), 'registration')}, the last of "
            f"{last.date} (as of {last.basis.as_of})",
            f"Head of the chain, to be noted or published: {head}",
        ),
        answer=tuple(_answer(found)),
        blocks=tuple(_blocks(found)),
        reading=READING,
        next=(Command("whether it is as it was", _verification(found)),),
    )


def _verification(found: Tracked) -> str:
    return f"detente track verify {shlex.quote(str(found.chain.folder))} --head {found.chain.head}"


def _answer(found: Tracked) -> Iterator[Words]:
    statuses = [one.status for one in found.questions]
    yield (
        f"{count(len(statuses), 'question')}: {statuses.count('open')} open, "
        f"{statuses.count('happened')} happened, {statuses.count('did_not')} did not, "
        f"{statuses.count('void')} void.",
    )
    for rival, called in RIVALS.items():
        yield _compared(found.skills[f"{rival}_brier"], called)


def _compared(skill: Skill, rival: str) -> Words:
    if skill.difference is None or skill.low is None or skill.high is None:
        return (f"Against {rival}: cannot tell, as {skill.reason}.",)
    verdict = {
        "better": f"forecasts did better than {rival}",
        "worse": f"forecasts did worse than {rival}",
        "cannot_tell": f"whether forecasts did better than {rival} cannot be said",
    }[skill.verdict]
    return says(
        f"By Brier score {verdict}: {{}} (90 % interval {{}} to {{}}), over "
        f"{count(skill.groups, 'group')} of questions; {DEPENDENT}.",
        number(skill.difference, 3, signed=True),
        number(skill.low, 3),
        number(skill.high, 3),
    )


def _blocks(found: Tracked) -> Iterator[Block]:
    waiting = [one for one in found.questions if one.status == "open"]
    resolved = [one for one in found.questions if one.status not in {"open", "void"}]
    if waiting:
        yield _open(waiting)
    late = tuple(_left_out(waiting))
    if late:
        yield Listing("Open, and not asked the last time", late)
    yield Picture("tracked", found)
    yield from _since(found.last)
    if resolved:
        yield _scores(resolved)
    if found.judged:
        yield _skills(found)
    early = tuple((one.key,) for one in found.questions if one.is_early)
    if early:
        yield Listing("Said not to have happened before the last day, and so not scored", early)
    if found.voids:
        yield Listing("Void questions", tuple(map(_void, found.voids)))
    dated = tuple(_days_of_writing(found.chain))
    if dated:
        yield Listing("Written on another day than the one given", dated)
    corrected = tuple(_all(one) for one in found.questions if len(one.resolutions) > 1)
    if corrected:
        yield Listing("Resolved more than once; the last one counts", corrected, level="full")
    yield Listing("Rules", tuple(_rules(found)), level="full")


def _days_of_writing(chain: Chain) -> Iterator[Words]:
    for one in chain.misdated:
        yield (f"{one.name} gives {one.claimed} and was written on {one.written} (UTC)",)
    if chain.undated:
        files = count(chain.undated, "file")
        yield (f"unknown for {files}: earlier versions of detente did not seal the day",)


def _open(questions: Sequence[FollowedQuestion]) -> Table:
    return Table(
        "track-open",
        "Open questions, in % of futures",
        (Column("Question"), Column("By"), *number_columns("%", INTERVAL, WORLDS, "Base rate")),
        tuple(map(_open_row, questions)),
    )


def _open_row(one: FollowedQuestion) -> tuple[str, ...]:
    newest = one.newest.forecast
    return (
        one.key,
        one.question.by.isoformat(),
        points(newest.share),
        span(newest.low, newest.high),
        span(newest.spread_low, newest.spread_high),
        NONE if newest.base is None else points(newest.base),
    )


def _left_out(questions: Sequence[FollowedQuestion]) -> Iterator[Words]:
    """Yield the open questions that the last run was not asked."""
    for one in questions:
        if one.left_out:
            yield (f"{one.key}, last forecast on {one.newest.entry.date}: {one.left_out}",)


def _moved(last: Registration) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            key,
            points(one.share - one.moved.difference),
            points(one.share),
            points(one.moved.difference, signed=True),
            span(one.moved.low, one.moved.high),
            "yes" if one.moved.paired else "no",
        )
        for key, one in last.forecasts.items()
        if one.moved is not None
    )


def _since(last: Registration) -> Iterator[Block]:
    """Yield what differs from the registration before, and what was seen since."""
    rows = _moved(last)
    if rows:
        heads = number_columns("Before", "Now", "Difference, in points", INTERVAL)
        columns = (Column("Question"), *heads, Column("Paired"))
        yield Table(
            "track-moved",
            "What moved since the registration before, in % of futures",
            columns,
            rows,
        )
    seen = tuple((f"{one.date}: {one.says} ({one.by}, {one.source})",) for one in last.observed)
    if seen:
        yield Listing("Seen since the registration before", seen)
    if last.differs is not None:
        items = tuple(_differs(last))
        yield Listing("What differs from the registration before", items)


def _differs(last: Registration) -> Iterator[Words]:
    found = last.differs
    if found is None:
        return
    if found.unread:
        yield (f"the pack before cannot be compared: {found.unread}",)
    for one in found.numbers[:MOST_NUMBERS]:
        yield (f"{one.field}: was {one.before or NONE}; is {one.after or NONE}",)
    if len(found.numbers) > MOST_NUMBERS:
        yield (f"{len(found.numbers) - MOST_NUMBERS} more numbers: {last.name} lists them",)
    others = [f"{many} in {group}" for group, many in found.others.items() if many]
    if others:
        yield (f"{', '.join(others)}: detente diff names them",)
    for key, (before, after) in found.settings.items():
        yield (f"setting {key}: was {before}; is {after}",)
    if not found.same_model:
        yield ("another version of the model played it, which may move shares too",)
    if not (found.unread or found.numbers or others or found.settings) and found.same_model:
        yield ("nothing",)
    reasons = {one.moved.reason for one in last.forecasts.values() if one.moved is not None}
    yield from ((f"not paired: {reason}",) for reason in sorted(reasons - {""}))


def _scores(questions: Sequence[FollowedQuestion]) -> Table:
    heads = ("Brier", "of base rates", "Log", "of base rates", "Days")
    return Table(
        "track-resolved",
        "Resolved questions; scores averaged over days, lower is better",
        (
            Column("Question"),
            Column("What came"),
            Column("Forecasts, in %"),
            *number_columns(*heads),
            Column("Says who"),
        ),
        tuple(map(_score_row, questions)),
    )


def _score_row(one: FollowedQuestion) -> tuple[str, ...]:
    last, score = one.resolutions[-1], one.score
    shares = " → ".join(points(forecast.share) for _, forecast in one.forecasts)
    return (
        one.key,
        f"{RESULTS[one.status]}, {last.on}",
        shares,
        *_figures(score),
        f"{last.by}: {last.source}",
    )


def _figures(score: QuestionScore | None) -> tuple[str, ...]:
    if score is None:
        return (NONE,) * 4 + ("0",)
    found = (_figure(one, key) for key in MEASURES for one in (score.own, score.base))
    return (*found, str(score.days))


def _figure(one: Scores | None, measure: str) -> str:
    return NONE if one is None else number(getattr(one, measure), 3)


def _skills(found: Tracked) -> Table:
    return Table(
        "track-skill",
        "Forecasts less what they are compared with; below 0 is better",
        (
            Column("Compared with"),
            Column("By"),
            *number_columns("Difference", INTERVAL, "Questions", "Groups"),
            Column("In words"),
        ),
        tuple(
            _skill_row(called, MEASURES[measure], found.skills[f"{rival}_{measure}"])
            for rival, called in RIVALS.items()
            for measure in MEASURES
        ),
    )


def _skill_row(rival: str, measure: str, one: Skill) -> tuple[str, ...]:
    is_known = one.low is not None and one.high is not None
    ends = f"{number(one.low or 0.0, 3)} to {number(one.high or 0.0, 3)}" if is_known else NONE
    return (
        rival,
        measure,
        NONE if one.difference is None else number(one.difference, 3, signed=True),
        ends,
        str(one.questions),
        str(one.groups),
        one.verdict.replace("_", " ") + (f": {one.reason}" if one.reason else ""),
    )


def _void(one: FollowedQuestion) -> Words:
    last = one.resolutions[-1]
    return (f"{one.key}, {last.on}: {last.source} ({last.by})",)


def _all(one: FollowedQuestion) -> Words:
    said = (f"{RESULTS[each.result]}, {each.on} ({each.by})" for each in one.resolutions)
    return (f"{one.key}: {'; then '.join(said)}",)


def _rules(found: Tracked) -> Iterator[Words]:
    """Yield each rule once, with the questions that it decides."""
    asked: dict[tuple[str, str], list[str]] = {}
    for one in found.questions:
        asked.setdefault((one.question.rule, one.question.source), []).append(
            f"{one.key}: {one.called} by {one.question.by}"
        )
    for (rule, source), several in asked.items():
        yield (f"{'; '.join(several)}. {rule} Decided by: {source}.",)


def verified(found: Verified) -> Section:
    """Return whether the files of a followed crisis are as they were written."""
    items = tuple((f"{one.file}: {one.found}",) for one in found.faults)
    return Section(
        key="track-verified",
        title="Is the chain as it was written?",
        about=(f"Head of the chain: {found.chain.head}",),
        answer=tuple(_verdict(found)),
        blocks=(Listing(f"Faults: {len(items)}", items),) if items else (),
    )


def _verdict(found: Verified) -> Iterator[Words]:
    files = len(found.chain.files)
    if not found.faults:
        yield (f"{count(files, 'file')} and the packs kept with them are as sealed.",)
    if found.noted:
        since = files - found.noted
        later = f"; {count(since, 'file')} came after it" if since else ", which is the last one"
        yield (f"The seal noted is that of {found.chain.files[found.noted - 1].name}{later}.",)
    elif found.noted is None:
        yield (
            "No seal was given: that the last files were removed, or all of them written again, "
            "would not be noticed.",
        )
