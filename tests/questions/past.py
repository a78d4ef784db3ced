"""Tables of crises that never were, as text, and how forecasts of them fare."""

import numpy as np

from detente.lab.backtest import Backtest, LeftOut
from detente.lab.backtest.mapping import rows_of, shipped
from detente.lab.backtest.scoring import judged
from detente.questions.past import read_crises
from detente.questions.past.table import OF_BACKTEST

HEAD = "crisno,trig_date,term_date,dur_days,trigger,violence,intra_war,outcome,mediation,recent_5y"
SOUND = {
    "crisno": "1",
    "trig_date": "1950-03-01",
    "term_date": "1950-03-10",
    "dur_days": "10.0",
    "trigger": "Political act",
    "violence": "No violence",
    "intra_war": "0",
    "outcome": "Unilateral act",
    "mediation": "No mediation",
    "recent_5y": "0",
}


def row(**changes):
    """Return one row of a table, sound but for what is changed."""
    return ",".join((SOUND | changes).values())


def write_table(folder, *rows, head=HEAD):
    """Write a table and return its path."""
    path = folder / "crises.csv"
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


def many(count, **changes):
    """Return rows of one kind, each with a number that follows from its kind and place."""
    kind = "-".join(changes.values()).replace(" ", "")[:30]
    return [row(crisno=f"{kind}{place}", **changes) for place in range(count)]


INPUTS = {
    "cinc_A": "0.01",
    "cinc_B": "0.04",
    "nuclear_A": "0",
    "nuclear_B": "1",
    "contiguous": "1",
    "prior_serious": "0",
    "major_A": "0",
    "major_B": "1",
    "defence_pact_AB": "0",
    "pact_A": "0",
    "pact_B": "1",
    "prior_crises_20y": "6",
}
WITH_INPUTS = f"{HEAD},{','.join(INPUTS)}"


def judged_row(number, year, *, violent=False, violence="No violence", **inputs):
    """Return one row of a table that a back-test reads, sound but for what is given."""
    trigger = "Violent act" if violent else "Political act"
    dates = {"trig_date": f"{year}-03-01", "term_date": f"{year}-03-10"}
    reported = row(crisno=str(number), trigger=trigger, violence=violence, **dates)
    return ",".join((reported, *(INPUTS | inputs).values()))


def judged_rows(first, years, *, later="Serious clashes"):
    """Return four crises a year, of each start and with and without a border, some with force."""
    return [
        judged_row(
            10 * year + at,
            year,
            violent=at % 2 == 1,
            violence=(later if at == 1 else "Full-scale war" if (at, year % 4) == (3, 0) else "")
            or ("Minor clashes" if year % 3 else "No violence"),
            contiguous=str(at // 2),
        )
        for year in range(first, first + years)
        for at in range(4)
    ]


def made_up_backtest(folder):
    """Return how forecasts fare that are worse than rates by trigger, better than a base rate."""
    path = write_table(folder, *judged_rows(1970, 12), head=WITH_INPUTS)
    table = read_crises(path, OF_BACKTEST)
    rows = rows_of(table.crises, 1963, 1989)
    starts = {"non_violent": ~rows.is_violent, "violent": rows.is_violent}
    by_trigger = np.where(rows.is_violent, 0.5, 0.1)
    named = {
        "model": by_trigger + np.linspace(0.0, 0.3, len(by_trigger)),
        "base": np.full(len(by_trigger), 0.6),
        "trigger": by_trigger,
        "logistic": by_trigger + 0.1,
        "unmapped": by_trigger,
    }
    targets = {key: judged(named, rows.happened(key), starts, 1) for key in ("serious", "war")}
    return Backtest(table, shipped(), rows, LeftOut(3, 1), 12, targets, folder / "record.toml")
