"""Whether anything unverified gets into a ledger from a damaged draft.

`python -m verification.evidence.drafts` reads an invented article into a draft in which every card
is accepted by the rules. It then damages the draft in one place at a time and accepts it: a byte is
changed, a line is removed or doubled, two cards exchange a field, a passage moves, a figure or a
name is invented, a sentence is copied, or the document is another one. Either the pack stays as it
was, or it takes claims whose passages, figures and names are all found in the article, by code of
this file. One claim for which that fails, fails the check.
"""

import argparse
import hashlib
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from detente.errors import DetenteError
from detente.evidence import Claim
from detente.pack import load, new
from detente.reading.accepting import accept
from detente.reading.draft import read_documents, to_draft

ARTICLE = """Ferry talks open as the northern fleet drills

Envoys of the two river states met in Port Lowe on Tuesday. Prime Minister Tomas Brandt said on
3 March that 14 vessels of the northern fleet would leave the estuary. "We have heard such promises
before. We believe it when the ships are gone," Foreign Minister Lena Ostrova told reporters.

According to the Institute for River Studies, some 30 vessels have gathered since 21 February 1998.
Northern officials insist that the drill, with 2,400 troops, is routine. The Harbour Union fears
that grain shipments may fall by 40 percent. Col. A. B. Reyes, the garrison commander, warned that
any landing at Cape Ansel would be met by force within 6 hours.
"""
SAYS = (
    "Talks began while ships of the north exercised",
    "Both river states sent envoys to Port Lowe",
    "Brandt promised that 14 ships go",
    "Earlier promises were not kept, in the south's view",
    "Ostrova waits until they have left",
    "About 30 ships came together from 21 February on",
    "Officials of the north call the drill with 2,400 troops routine",
    "The union sees a risk of 40 percent less grain",
    "Reyes would answer a landing at Cape Ansel within 6 hours",
)
# Before the as-of date of the pack that `new` writes: a card dated later is refused.
TODAY = date(1998, 3, 5)
DAY = date(1998, 2, 28)
INVENTED = ("Karpov", "Lake Orsk", "57", "1,200", "NATO", "S-500", "1999", "three hundred")
OTHER_DOCUMENT = 0.05
"""Share of drafts of which the document has changed."""
TWICE = 0.5
"""Share of lines moved of those that are taken out."""
TIMES = 1000
SEED = 1
MOST_SHOWN = 10


def accepted_draft(folder: Path) -> str:
    """Return a draft of the article in which every card is accepted."""
    article = folder / "ferry.txt"
    article.write_text(ARTICLE, encoding="utf-8")
    text = to_draft(read_documents([article], day=DAY), folder / "draft.toml", today=TODAY)
    for says in SAYS:
        text = text.replace('accept = false\nsays = ""', f'accept = true\nsays = "{says}"', 1)
    text = text.replace('accepted_by = ""', 'accepted_by = "A. Reader"')
    text = text.replace('publisher = ""', 'publisher = "None"')
    text = text.replace('by = "" # such', 'by = "the article\'s author" # such')
    return text.replace('kind = ""\ngrade = ""\n\n', 'kind = "analyst"\ngrade = "C3"\n\n', 1)


def byte(text: str, draw: random.Random) -> str:
    """Change one character."""
    place = draw.randrange(len(text))
    return text[:place] + chr(draw.randrange(32, 0x250)) + text[place + 1 :]


def lines(text: str, draw: random.Random) -> str:
    """Let a line go, or come a second time elsewhere."""
    rows = text.split("\n")
    row = rows.pop(draw.randrange(len(rows)))
    if draw.random() < TWICE:
        rows.insert(draw.randrange(len(rows)), row)
    return "\n".join(rows)


def swap(text: str, draw: random.Random) -> str:
    """Let a field of two cards change places."""
    field = draw.choice(("says", "by", "at", "kind", "date"))
    found = list(re.finditer(rf"^{field} = .*$", text, re.M))
    first, second = sorted(draw.sample(found, 2), key=lambda one: one.start())
    between = text[first.end() : second.start()]
    return f"{text[: first.start()]}{second[0]}{between}{first[0]}{text[second.end() :]}"


def number(text: str, draw: random.Random) -> str:
    """Move an end of a passage, or give it the digest of other words."""
    start, end = sorted(draw.sample(range(len(ARTICLE)), 2))
    digest = hashlib.sha256(ARTICLE[start:end].encode()).hexdigest()
    change = draw.choice((f"start = {start}", f"end = {end}", f'sha256 = "{digest}"'))
    found = list(re.finditer(rf'{change.split(" ")[0]} = "?\w+"?', text))
    one = draw.choice(found)
    return text[: one.start()] + change + text[one.end() :]


def invent(text: str, draw: random.Random) -> str:
    """Put a name or a figure into what a card says, or who says it."""
    field = draw.choice(("says", "by", "accepted_by"))
    found = [one for one in re.finditer(rf'^{field} = "(.*)"', text, re.M) if one[1]]
    one = draw.choice(found)
    words = one[1].split()
    words.insert(draw.randrange(len(words) + 1), draw.choice(INVENTED))
    return f'{text[: one.start()]}{field} = "{" ".join(words)}"{text[one.end() :]}'


def copy(text: str, draw: random.Random) -> str:
    """Let a card say what stands in the article, word for word."""
    words = ARTICLE.replace('"', "").split()
    start = draw.randrange(len(words) - 12)
    said = " ".join(words[start : start + draw.randrange(4, 12)])
    one = draw.choice(list(re.finditer(r'^says = "(.*)"', text, re.M)))
    return f'{text[: one.start()]}says = "{said}"{text[one.end() :]}'


DAMAGES: tuple[Callable[[str, random.Random], str], ...] = (byte, lines, swap, number, invent, copy)


def unverified(claim: Claim, article: str) -> str:
    """Return what of a claim cannot be found in the article, or nothing."""
    if claim.at is None or claim.accepted_by is None or claim.accepted_on != TODAY:
        return "nobody accepted it, or it names no passage"
    passage = article[claim.at.start : claim.at.end]
    if hashlib.sha256(" ".join(passage.split()).encode()).hexdigest() != claim.at.sha256:
        return "its passage"
    years = re.findall(r"\b(?:19|20)\d\d\b", article)
    figures = re.findall(r"\d[\d,]*", claim.says)
    if any(one not in passage and one not in years for one in figures):
        return f"a figure of: {claim.says}"
    said = f"{claim.says} {claim.by}"
    if any(re.search(rf"\b{re.escape(one)}\b", said) for one in INVENTED):
        return f"an invention: {said}"
    for word in (*claim.says.split()[1:], *claim.by.split()):
        bare = word.strip(".,;:'\"").removesuffix("'s")
        if bare[:1].isupper() and bare not in article:
            return f"a name: {bare}"
    ours, theirs = (re.findall(r"\w+", one.lower()) for one in (claim.says, article))
    runs = {tuple(theirs[place : place + 8]) for place in range(len(theirs) - 7)}
    copied = any(tuple(ours[place : place + 8]) in runs for place in range(len(ours) - 7))
    return f"own words: {claim.says}" if copied else ""


def attempt(text: str, folder: Path, draw: random.Random) -> tuple[str, list[str]]:
    """Accept a damaged draft; return what came of it, and what got in and should not have."""
    crisis, draft, article = load(folder / "pack"), folder / "draft.toml", ARTICLE
    if draw.random() < OTHER_DOCUMENT:
        article = ARTICLE.replace("vessels", "boats").replace("Cape", "Point")
    (folder / "ferry.txt").write_text(article, encoding="utf-8")
    draft.write_text(text, encoding="utf-8", errors="replace")
    try:
        made = accept(draft, crisis, today=TODAY)
    except DetenteError:
        return "refused", []
    wrong = [unverified(claim, article) for claim in made.claims.values()]
    return "accepted", [one for one in wrong if one]


def main(arguments: Sequence[str]) -> int:
    """Damage drafts, and report what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args(arguments)
    draw = random.Random(asked.seed)  # noqa: S311  the same damages every time
    results, wrong = Counter[str](), list[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        new("pack", folder=folder)
        whole = accepted_draft(folder)
        if attempt(whole, folder, draw) != ("accepted", []):
            print("the draft was refused before any damage")
            return 1
        for count in range(asked.times):
            damage = DAMAGES[count % len(DAMAGES)]
            result, found = attempt(damage(whole, draw), folder, draw)
            results[f"{damage.__name__} {result}"] += 1
            wrong += [f"{damage.__name__}: {one}" for one in found]
    print(
        f"{asked.times} damaged drafts: {dict(sorted(results.items()))}; unverified: {len(wrong)}"
    )
    print("\n".join(wrong[:MOST_SHOWN]))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
