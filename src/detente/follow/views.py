"""Pages of a followed crisis: forecasts, changes and their reasons, scores."""

import shlex
from collections.abc import Iterable, Iterator, Sequence

from detente.follow.chain import Differing, Registration
from detente.follow.scoring import DEPENDENT, Scores
from detente.follow.tracked import FollowedQuestion, Tracked, Verified
from detente.questions.wording import count, in_short, interval, number, points, span, stated
from detente.views.blocks import (
    INTERVAL,
    READ_INTERVALS,
    WORLDS,
    Bar,
    Bars,
    Block,
    Column,
    Command,
    Level,
    Listing,
    Picture,
    Section,
    Sentence,
    Table,
    Words,
    columns,
    number_columns,
    says,
)
from detente.views.strip import MODEL, OTHERS, PAST, bars

NONE = "-"
RESULTS = {"happened": "happened", "did_not": "did not happen", "void": "void"}
RIVALS = {"base": "the base rate", "before": "the forecast before"}
MEASURES = {"brier": "Brier score", "log": "log score"}
MOST_NUMBERS = 12
"""Upper limit on the differing numbers listed for a registration; the file has all."""
READING: tuple[Words, ...] = (
    READ_INTERVALS,
    "Brier score: squared distance of the forecast from what happened (1 or 0); a forecast of one "
    "half always scores .25. Log score: negative natural logarithm of the chance given to what "
    "happened. Lower is better. Each forecast counts for the days for which it stood.",
    "Questions that differ only in their date count as one. With fewer than five such groups, or "
    "if all or none of them happened, we claim no skill.",
)


def section(found: Tracked) -> Section:
    """Return the page of open questions, resolved ones with scores, and changes."""
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
        next=(
            Command(
                "whether it is as it was",
                f"detente track verify {shlex.quote(str(found.chain.folder))} --head {head}",
            ),
        ),
    )


def _answer(found: Tracked) -> Iterator[Words]:
    statuses = [one.status for one in found.questions]
    yield (
        f"{count(len(statuses), 'question')}: {statuses.count('open')} open, "
        f"{statuses.count('happened')} happened, {statuses.count('did_not')} did not, "
        f"{statuses.count('void')} void."
    )
    compared = {RIVALS[key]: found.skills[f"{key}_brier"] for key in RIVALS}
    compared |= {who: each["brier"] for who, each in found.rivals.items()}
    for rival, skill in compared.items():
        if skill.difference is None or skill.low is None or skill.high is None:
            yield f"Against {rival}: cannot tell, as {skill.reason}."
            continue
        verdict = {
            "better": f"forecasts did better than {rival}",
            "worse": f"forecasts did worse than {rival}",
            "cannot_tell": f"whether forecasts did better than {rival} cannot be said",
        }[skill.verdict]
        yield says(
            f"By Brier score {verdict}: {{}} (90 % interval {{}}), over "
            f"{count(skill.groups, 'group')} of questions; {DEPENDENT}.",
            number(skill.difference, 3, signed=True),
            interval(skill.low, skill.high, 3),
        )


def _blocks(found: Tracked) -> Iterator[Block]:
    waiting = [one for one in found.questions if one.status == "open"]
    resolved = [one for one in found.questions if one.status not in {"open", "void"}]
    if waiting:
        yield Picture("", found, _strip(waiting))
        yield _open(waiting)
    late = (
        f"{one.key}, last forecast on {one.newest.entry.date}: {one.left_out}"
        for one in waiting
        if one.left_out
    )
    yield from _listing("Open, and not asked the last time", late)
    yield Picture("tracked", found)
    yield from _since(found.last)
    if resolved:
        yield _scores(resolved)
    if any(one.rivalries for one in resolved):
        yield _rivalries(resolved)
    if found.unasked:
        keys = ", ".join(one.key for one in found.unasked)
        yield Sentence(f"No question of this folder matches these views: {keys}.")
    if found.judged:
        yield _skills(found)
    early = (one.key for one in found.questions if one.is_early)
    yield from _listing(
        "Marked as not happened before the last day was over, and so not scored", early
    )
    void = ((one.key, one.resolutions[-1]) for one in found.voids)
    reasons = (f"{key}, {last.on}: {last.source} ({last.by})" for key, last in void)
    yield from _listing("Void questions", reasons)
    dated = [
        f"{one.name} gives {one.claimed} and was written on {one.written} (UTC)"
        for one in found.chain.misdated
    ]
    if found.chain.undated:
        files = count(found.chain.undated, "file")
        dated.append(f"unknown for {files}: earlier versions of detente did not seal the day")
    yield from _listing("Written on another day than the one given", dated)
    corrected = (
        f"{one.key}: "
        + "; then ".join(
            f"{RESULTS[each.result]}, {each.on} ({each.by})" for each in one.resolutions
        )
        for one in found.questions
        if len(one.resolutions) > 1
    )
    yield from _listing("Resolved more than once; the last one counts", corrected, level="full")
    yield from _listing("Rules", _rules(found), level="full")


def _listing(title: str, items: Iterable[str], level: Level = "brief") -> Iterator[Listing]:
    """Yield a listing, if there are items."""
    lines = tuple((item,) for item in items)
    if lines:
        yield Listing(title, lines, level=level)


def _strip(questions: Sequence[FollowedQuestion]) -> Bars:
    """Return the chart of last forecasts with base rates and views of others."""
    lines = []
    for one in questions:
        last = one.newest.forecast
        others = [(who, views[-1]) for who, views in one.others.items()]
        marks = [(view.middle, OTHERS) for _, view in others]
        marks += [] if last.base is None else [(last.base, PAST)]
        said = (f"{who} {stated(view.low, view.high)} ({view.stated.date})" for who, view in others)
        cells = (
            in_short(last.share),
            NONE if last.base is None else in_short(last.base),
            "; ".join(said) or NONE,
        )
        parts = last.spread_low, last.spread_high - last.spread_low, 1.0
        lines.append(Bar(one.key, parts, cells, (*marks, (last.share, MODEL))))
    shown = MODEL + PAST + (OTHERS if any(one.others for one in questions) else "")
    heads = "", "model", "past", "others"
    return bars(lines, heads, "5 to 95 % of assumptions", shown=shown)


def _open(questions: Sequence[FollowedQuestion]) -> Table:
    return Table(
        "track-open",
        "Open questions, in %",
        columns("Question", "By", numbers=("%", INTERVAL, WORLDS, "Base rate")),
        tuple(
            (
                one.key,
                one.question.by.isoformat(),
                points(newest.share),
                span(newest.low, newest.high),
                span(newest.spread_low, newest.spread_high),
                NONE if newest.base is None else points(newest.base),
            )
            for one in questions
            for newest in [one.newest.forecast]
        ),
    )


def _since(last: Registration) -> Iterator[Block]:
    """Yield changes of forecasts and inputs, and observations, since the registration before."""
    rows = tuple(
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
    if rows:
        heads = number_columns("Before", "Now", "Difference, in points", INTERVAL)
        yield Table(
            "track-moved",
            "What moved since the registration before, in %",
            (Column("Question"), *heads, Column("Paired")),
            rows,
        )
    seen = (f"{one.date}: {one.says} ({one.by}, {one.source})" for one in last.observed)
    yield from _listing("Seen since the registration before", seen)
    if last.differs is not None:
        reasons = {one.moved.reason for one in last.forecasts.values() if one.moved is not None}
        unpaired = [f"not paired: {reason}" for reason in sorted(reasons - {""})]
        items = [*(tuple(_differs(last.differs, last.name)) or ("nothing",)), *unpaired]
        yield from _listing("What differs from the registration before", items)


def _differs(found: Differing, file: str) -> Iterator[str]:
    if found.unread:
        yield f"the pack before cannot be compared: {found.unread}"
    for one in found.numbers[:MOST_NUMBERS]:
        yield f"{one.field}: was {one.before or NONE}; is {one.after or NONE}"
    if len(found.numbers) > MOST_NUMBERS:
        yield f"{len(found.numbers) - MOST_NUMBERS} more numbers: {file} lists them"
    others = [f"{many} in {group}" for group, many in found.others.items() if many]
    if others:
        yield f"{', '.join(others)}: detente diff names them"
    for key, (before, after) in found.settings.items():
        yield f"setting {key}: was {before}; is {after}"
    if not found.same_model:
        yield "another version of the model played it, which may move shares too"


def _figures(*each: Scores | None) -> list[str]:
    """Return Brier scores, then log scores, as cells; a dash where there is none."""
    both = [one and getattr(one, key) for key in MEASURES for one in each]
    return [NONE if figure is None else number(figure, 3) for figure in both]


def _scores(questions: Sequence[FollowedQuestion]) -> Table:
    heads = ("Brier", "of base rates", "Log", "of base rates", "Days")
    rows = []
    for one in questions:
        last, score = one.resolutions[-1], one.score
        rows.append(
            (
                one.key,
                f"{RESULTS[one.status]}, {last.on}",
                " → ".join(points(forecast.share) for _, forecast in one.forecasts),
                *_figures(score and score.own, score and score.base),
                "0" if score is None else str(score.days),
                f"{last.by}: {last.source}",
            )
        )
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
        tuple(rows),
    )


def _rivalries(questions: Sequence[FollowedQuestion]) -> Table:
    rows = []
    for one in questions:
        for who, rivalry in one.rivalries.items():
            figures = _figures(None, None, None)
            if rivalry is not None:
                figures = _figures(rivalry.own, rivalry.base, rivalry.views)
            days = "0" if rivalry is None else str(rivalry.days)
            rows.append((one.key, RESULTS[one.status], who, *figures, days))
    heads = ("Brier: model", "past", "others", "Log: model", "past", "others", "Days")
    return Table(
        "track-others",
        "Model, past crises and others scored on the same days; lower is better",
        (Column("Question"), Column("What came"), Column("Others"), *number_columns(*heads)),
        tuple(rows),
    )


def _skills(found: Tracked) -> Table:
    compared = {
        called: {measure: found.skills[f"{key}_{measure}"] for measure in MEASURES}
        for key, called in RIVALS.items()
    }
    rows = []
    for called, skills in (compared | found.rivals).items():
        for measure, title in MEASURES.items():
            one = skills[measure]
            is_known = one.low is not None and one.high is not None
            rows.append(
                (
                    called,
                    title,
                    NONE if one.difference is None else number(one.difference, 3, signed=True),
                    interval(one.low or 0.0, one.high or 0.0, 3) if is_known else NONE,
                    str(one.questions),
                    str(one.groups),
                    one.verdict.replace("_", " ") + (f": {one.reason}" if one.reason else ""),
                )
            )
    return Table(
        "track-skill",
        "Forecasts less what they are compared with; below 0 is better",
        (
            Column("Compared with"),
            Column("By"),
            *number_columns("Difference", INTERVAL, "Questions", "Groups"),
            Column("In words"),
        ),
        tuple(rows),
    )


def _rules(found: Tracked) -> Iterator[str]:
    """Yield each rule once, with the questions that it decides."""
    asked: dict[tuple[str, str], list[str]] = {}
    for one in found.questions:
        asked.setdefault((one.question.rule, one.question.source), []).append(
            f"{one.key}: {one.called} by {one.question.by}"
        )
    for (rule, source), several in asked.items():
        yield f"{'; '.join(several)}. {rule} Decided by: {source}."


def verified(found: Verified) -> Section:
    """Return the page on whether the files of a followed crisis are unchanged."""
    answer, files = [], len(found.chain.files)
    if not found.faults:
        answer.append(f"{count(files, 'file')} and the packs kept with them are as sealed.")
    if found.noted:
        since = files - found.noted
        later = f"; {count(since, 'file')} came after it" if since else ", which is the last one"
        answer.append(
            f"The seal noted is that of {found.chain.files[found.noted - 1].name}{later}."
        )
    elif found.noted is None:
        answer.append(
            "No seal was given, so that this check would not notice if the last files were "
            "removed, or all of them written again."
        )
    faults = [f"{one.file}: {one.found}" for one in found.faults]
    return Section(
        key="track-verified",
        title="Is the chain as it was written?",
        about=(f"Head of the chain: {found.chain.head}",),
        answer=tuple(answer),
        blocks=tuple(_listing(f"Faults: {len(faults)}", faults)),
    )
