"""A run's result and, if its pack stands for past crises, what history gives beside it."""

from collections.abc import Iterator

from detente.analysis.course import Course
from detente.analysis.history.bands import FIRST_YEAR, ICB, LAST_YEAR
from detente.analysis.history.beside import Beside, Figure, Hazard, beside_of
from detente.analysis.history.definitions import GROUPS, RATES
from detente.analysis.summary import summarise
from detente.analysis.telling import answer_in_words
from detente.cli import terminal
from detente.cli.result import show_summary
from detente.ensemble.run import Run

LENGTHS = {
    "quarter": "a quarter last at most",
    "half": "half last at most",
    "three_quarters": "three quarters last at most",
}
"""What quartiles are called in front of people."""
VERDICTS = {True: "inside", False: "outside", None: ""}
"""What is said of a figure, by whether it lies in history's interval."""


def show_run(run: Run, *, course: Course | None = None, json: bool, quiet: bool) -> None:
    """Print what became of a crisis; `quiet` leaves out how to read it and what to do next.

    With its course, that too, and the answer in words.
    """
    summary, history = summarise(run), beside_of(run)
    if json:
        told = {} if history is None else {"history": history.as_json()}
        if course is not None:
            answer = list(answer_in_words(summary, course))
            told["course"] = {**course.as_json(), "answer": answer}
        terminal.show_json({**summary.as_json(), **told})
        return
    show_summary(summary, course=course, quiet=quiet)
    if history is not None:
        show_beside(history, quiet=quiet)


def show_beside(found: Beside, *, quiet: bool) -> None:
    """Print what runs give beside what history gives; `quiet` leaves out how to read it."""
    group = GROUPS[found.group].title.lower()
    if not quiet:
        terminal.say()
    terminal.say(
        f"Beside history: {group}, {FIRST_YEAR}-{LAST_YEAR}, outside ongoing wars", style="bold"
    )
    terminal.show_table(list(_rows(found)), right=" rrrr")
    terminal.say()
    terminal.show_table(list(_hazard_rows(found.hazards)), right=" rr")
    if found.hazard_falls is not None:
        how = "fewer end" if found.hazard_falls else "no fewer end"
        terminal.say(f"Of crises still open, {how} a day late than early; in history fewer do.")
    if not quiet:
        _explain()


def _rows(found: Beside) -> Iterator[tuple[str, ...]]:
    yield "Share of crises, %", "model", "90 %", "history", "95 %", ""
    for rate, measure in RATES.items():
        figure = found.figures.get(f"{found.group}.{rate}")
        if figure is not None:
            yield f"  {measure.title}", *_cells(figure)
    yield "Days that crises last", "", "", "", "", ""
    for name, title in LENGTHS.items():
        yield f"  {title}", *_cells(found.figures[f"{found.group}.{name}"])


def _cells(figure: Figure) -> tuple[str, ...]:
    band = figure.band
    if band is None:
        return "0", "by definition", "", "", ""
    form = _percent if band.unit == "share" else _days
    value, low, high = map(form, figure[:3])
    history = [form(end) for end in (band.value, band.low, band.high) if end is not None]
    least = ">= " if figure.is_at_horizon else ""
    return (
        least + value,
        f"{low}-{high}",
        history[0],
        "-".join(history[1:]),
        VERDICTS[figure.is_inside],
    )


def _hazard_rows(hazards: tuple[Hazard, ...]) -> Iterator[tuple[str, ...]]:
    yield "Ends among 100 open crises, a day", "model", "90 %"
    for hazard in hazards:
        rate, low, high = (f"{100.0 * value:.2f}" for value in hazard[2:])
        yield f"  from day {hazard.from_day} to {hazard.to_day}", rate, f"{low}-{high}"


def _percent(share: float) -> str:
    return f"{100.0 * share:.1f}"


def _days(days: float) -> str:
    return f"{days:.0f}"


def _explain() -> None:
    terminal.say(
        "In this model war is a war or a regional one, serious clashes are any ordered force, no "
        "violence is not even a clash, and an agreement is a deal or a war that stopped on terms. "
        "A crisis ends when it is settled, when it fades or when ordered force begins."
    )
    terminal.say(
        f"History: {ICB}, computed; its intervals are of 95 %, Wilson's for shares, and those of "
        "the model of 90 %, chance alone. Inside: the model's figure lies in history's interval."
    )
