"""Tables of crises that never were, as text."""

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
