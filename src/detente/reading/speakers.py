"""The speaker of a sentence, if its words leave no doubt."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, NamedTuple

Trust = Literal["", "stated", "reported", "claimed", "analyst"]
"""The kind of claim that a speaker makes; empty if the words do not show it."""


class Speaker(NamedTuple):
    """The speaker of a sentence, in the text's words, and the kind of claim."""

    name: str
    kind: Trust
    is_person: Annotated[bool, "whether he or she may refer to the speaker later"] = False


ASSERTS = ("allege", "assert", "boast", "claim", "insist")
"""Verbs that leave a claim to the speaker; the text does not adopt it."""
SAYS = (
    *("acknowledge", "admit", "announce", "argue", "believe", "caution", "concede", "contend"),
    *("declare", "deny", "describe", "emphasise", "emphasize", "estimate", "fear", "hint"),
    *("indicate", "note", "pledge", "predict", "recall", "reiterate", "remark", "report", "say"),
    *("stress", "suggest", "suspect", "tell", "threaten", "vow", "warn", "worry", "write"),
)
ONLY_WITH_THAT = ("add", "agree", "conclude", "confirm", "expect", "explain", "maintain", "state")
"""Verbs with other meanings, which count as speech only before `that` or a comma."""
IRREGULAR = {
    "say": ("say", "says", "said", "saying"),
    "tell": ("tell", "tells", "told", "telling"),
    "write": ("write", "writes", "wrote", "written", "writing"),
}
PLAIN = frozenset((*ASSERTS, *SAYS, *ONLY_WITH_THAT))
"""Forms of verbs with a plural subject."""
SURE = ("adamant", "certain", "clear", "confident", "convinced", "explicit", "sceptical")
REMARKS = (
    *("accusation", "allegation", "argument", "assertion", "assurance", "claim", "comment"),
    *("insistence", "pledge", "prediction", "remark", "statement", "threat", "vow", "warning"),
)
"""Nouns for something said."""

ANALYSTS = (
    *("academics?", "analysts?", "commentators?", "critics?", "economists?", "experts?"),
    *("historians?", "observers?", "researchers?", "scholars?", "specialists?", "strategists?"),
)
REPORTERS = (
    *("accounts?", "insiders?", "media", "newspapers?", "outlets?", "reports?", "residents"),
    *("sources?", "travellers", "witness(?:es)?"),
)
DECIDERS = (
    *("administration", "advis[eo]rs?", "aides?", "ambassadors?", "army", "authorities"),
    *("chancellor", "commanders?", "delegations?", "delegates?", "diplomats?", "embassy"),
    *("envoys?", "generals?", "government", "governors?", "king", "lawmakers?", "leaders?"),
    *("mediators?", "military", "ministers?", "ministry", "navy", "negotiators?", "officers?"),
    *("officials?", "planners?", "presidents?", "premier", "secretary", "senators?"),
    *("spokes(?:man|woman|person|men|women|people)",),
)
UNNAMED = re.compile(r"[a-z]+s\b")
"""A plural noun for unnamed people."""

SMALL = r"(?:al|bin|bint|da|de|del|den|der|di|du|el|la|le|ul|van|von)"
SHORT = r"(?:[A-Z]\.){1,4}|(?:Adm|Brig|Capt|Col|Dr|Gen|Gov|Jr|Lt|Maj|Mr|Mrs|Ms|Prof|Rep|Sen|Sr)\."
NAME_WORD = (
    rf"(?:(?:al|el)-[A-Z][\w'-]{{0,30}}|{SHORT}|[A-Z][\w'-]{{0,30}}"
    rf"|{SMALL}(?=\s(?:{SMALL}\s)?[A-Z]))"
)
NAME = rf"{NAME_WORD}(?:\s+{NAME_WORD}){{0,6}}"
GROUP = "|".join((*ANALYSTS, *REPORTERS, *DECIDERS))
BEFORE_GROUP = r"(?:[A-Za-z][\w'.-]{0,30}\s+){0,5}"
FROM_WHERE = (
    r"(?:\s+(?:of|for|from|in|at|to|with|on|by|close\s+to|familiar\s+with)\s+"
    r"(?:[\w'.-]+\s*){1,5})?"
)
NOUN_PHRASE = re.compile(
    rf"(?P<group>(?P<before>{BEFORE_GROUP})(?P<head>(?i:{GROUP}))\b"
    rf"(?:\s+(?P<person>{NAME}))?{FROM_WHERE})|(?P<name>(?:[Tt]he\s+)?{NAME}(?:\s+(?:for|of|on)\s+(?:the\s+)?{NAME})?)"
)


def _forms(verb: str) -> tuple[str, ...]:
    """Return the forms of a verb."""
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    stem = verb[:-1] if verb.endswith("e") else verb
    if verb.endswith("y"):
        return verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    doubled = {"admit": "admitt"}.get(verb, stem)
    plural = f"{verb}es" if verb.endswith("s") else f"{verb}s"
    return verb, plural, f"{doubled}ed", f"{doubled}ing"


def _any_of(verbs: Sequence[str]) -> str:
    return "|".join(sorted((form for verb in verbs for form in _forms(verb)), reverse=True))


ADVERB = r"(?:\w+ly|again|also|once|later|now|often|since|still|then|long)"
HELPERS = rf"(?:(?:has|have|had|do|does|did|not|{ADVERB})\s+)*"
THAT = r"(?=\s+that\b|\s*:|\s+[\"'])"
VERB = re.compile(
    rf"\s(?P<helpers>{HELPERS})(?:(?P<verb>{_any_of((*ASSERTS, *SAYS))})"
    rf"\b(?!\s+(?:on(?!\s+(?:\d|[A-Z]))|for|to|by)\b)"
    rf"|(?P<narrow>{_any_of(ONLY_WITH_THAT)})\b(?:{THAT}|(?<=ed)(?=,))"
    rf"|(?:is|are|was|were|has\s+been|have\s+been|been|remains?)\s+(?:{ADVERB}\s+|quite\s+|very\s+)*"
    rf"(?P<sure>{'|'.join(SURE)})\s+that\b)"
)
AFTER_QUOTE = re.compile(
    rf"[,?!][\"']?\s+(?P<verb>(?:{_any_of((*ASSERTS, *SAYS, 'add'))})(?<!ing))"
    rf"\s+(?!that\b)(?P<rest>{NAME}|[^,;.?!\"]+)"
)
ACCORDING = re.compile(r"\b[Aa]ccording\s+to\s+(?P<rest>[^,;:.]+(?:\.\s?[A-Z][^,;:.]*)*)")
POSSESSIVE = re.compile(rf"'s?\s+(?:\w+\s+){{0,2}}(?P<remark>{'|'.join(REMARKS)})s?\s+that\b")
AND_SAYING = re.compile(rf",\s+(?P<verb>{_any_of((*ASSERTS, *SAYS, 'add', 'state'))})\b{THAT}")

BOUNDARY = re.compile(
    r"[,;:—()]\s*|\b(?:after|although|and|as|because|before|but|if|since|so|than|that|though|"
    r"unless|until|when|whereas|where|which|while|whom|who|yet|however|meanwhile|still|nor|or)\s",
    re.IGNORECASE,
)
"""Words and marks at which a subject begins at the latest."""
HE_OR_SHE = re.compile(r"(?:^|[,?!][\"']*\s+)(?:[Hh]e|[Ss]he)$")
COUPLE = re.compile(
    rf"(?:^|[;:—(]\s*|\bthat\s)(?P<names>{NAME}(?:,\s{NAME}){{0,4}},?\s+and\s+{NAME})$"
)
LISTED = re.compile(r"(?:\b[A-Z][\w'-]{0,30}|,)\s+(?:and|or)\s+[^,;]{0,60}$")
"""A subject that may be only the last item of a list."""
NOBODY = frozenset(
    (
        *("all", "another", "anybody", "both", "each", "everybody", "everyone", "few", "he"),
        *("hardly", "her", "his", "i", "it", "its", "many", "most", "my", "neither", "no"),
        "nobody",
        *("none", "not", "one", "our", "several", "she", "some", "such", "that", "their", "there"),
        *("these", "they", "this", "those", "we", "what", "who", "you"),
    )
)
"""Words that are no speaker on their own."""
LEADING = re.compile(
    r"^(?:(?:At|By|Earlier|For|From|In|Last|Next|On|Since|To|Today|Tomorrow|With|Yesterday|\w+day|"
    r"January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Then|Thus|\w+ly)\s+)+"
)
"""Capitalised words before a name that are not part of it."""
NEGATIONS = frozenset(("few", "hardly", "neither", "no", "none", "not"))
PREPOSITIONS = frozenset(("at", "by", "for", "from", "in", "into", "of", "on", "to", "with"))
ADJECTIVE = re.compile(r"(?:ian|ean|ese|ish|eli|aqi|ench|utch|ssian|U\.?S\.?|US|UN|EU)$")
"""A name that is probably an adjective, followed by a noun and not by a verb."""
ARTICLES = frozenset(("a", "an", "the"))


def speaker_of(sentence: str, known: "KnownNames") -> Speaker | None:
    """Return the speaker of a sentence, or None if its words leave doubt.

    The sentence is on one line, with straight quotes; `known` are the names of people in the text.
    """
    return next(_found(sentence, known), None)


def goes_on(sentence: str) -> bool:
    """Return whether he or she, named in an earlier sentence, is the speaker of a sentence."""
    return any(HE_OR_SHE.search(sentence[: verb.start()]) for verb in VERB.finditer(sentence))


def _found(sentence: str, known: "KnownNames") -> Iterator[Speaker]:
    for verb in VERB.finditer(sentence):
        yield from _before(sentence, verb, known)
    for quoted in AFTER_QUOTE.finditer(sentence):
        yield from _speakers(quoted["rest"], quoted["verb"], known, is_start=True)
    for quoted in ACCORDING.finditer(sentence):
        yield from _speakers(quoted["rest"], "say", known, is_start=True)
    for remark in POSSESSIVE.finditer(sentence):
        owner = sentence[: remark.start()]
        yield from _speakers(owner[_edge(owner) :], remark["remark"], known)
    for saying in AND_SAYING.finditer(sentence):
        yield from _speakers(sentence, saying["verb"], known, is_start=True)


def _before(sentence: str, verb: re.Match[str], known: "KnownNames") -> Iterator[Speaker]:
    """Yield the subject to the left of a verb of speech."""
    left = sentence[: verb.start()]
    said = verb["verb"] or verb["narrow"] or "said"
    # "says", but not "say" or "said", has a singular subject.
    is_single = said.endswith("s") and said not in PLAIN
    if said.endswith("ing") or "not " in verb["helpers"]:
        return
    if left.endswith(","):
        yield from _with_apposition(left, said, known)
        return
    couple = COUPLE.search(left)
    if couple is not None and not is_single:
        yield Speaker(couple["names"], "stated")
        return
    if (said.endswith("s") and ADJECTIVE.search(left)) or LISTED.search(left):
        return
    for speaker in _speakers(left[_edge(left) :], said, known):
        last = re.split(r"\s(?:of|for|from|in|at|to|with|on|by)\s", speaker.name)[0].split()[-1]
        are_several = last.islower() and re.search(r"(?:s|people|men|women|media)$", last)
        # Verb and subject agree in number.
        if (said not in PLAIN and not is_single) or bool(are_several) == (said in PLAIN):
            yield speaker


def _edge(left: str) -> int:
    """Return the position after the last boundary that a subject cannot cross."""
    return max((edge.end() for edge in BOUNDARY.finditer(left)), default=0)


def _with_apposition(left: str, said: str, known: "KnownNames") -> Iterator[Speaker]:
    """Yield a speaker before an apposition, as in: A. Name, the minister, said."""
    parts = left[:-1].rsplit(",", 2)
    if len(parts) < 2:  # noqa: PLR2004  a name, and what the name is
        return
    name, office = parts[-2][_edge(parts[-2]) :].strip(), parts[-1].strip()
    if re.fullmatch(NAME, office) and re.search(rf"\b(?:{GROUP})$", name):
        name, office = office, name
    if re.fullmatch(NAME, name) and not _is_nobody(name, known):
        yield Speaker(f"{known.full(name)}, {office}", _kind(name, said), is_person=True)


def _speakers(
    part: str, said: str, known: "KnownNames", *, is_start: bool = False
) -> Iterator[Speaker]:
    """Yield the speaker in a part of a sentence that is, or begins with, a noun phrase."""
    words = part.strip(" \"'")
    phrase = NOUN_PHRASE.match(words) if is_start else NOUN_PHRASE.fullmatch(words)
    if phrase is None:
        return
    if phrase["name"]:
        name = _owner(LEADING.sub("", phrase["name"].strip()))
        name = f"t{name[1:]}" if name.startswith("The ") else name
        # Its capital may only mark the start of a sentence.
        if name and not _is_nobody(name, known):
            yield Speaker(known.full(name), _kind(name, said), known.is_person(name))
        return
    before = phrase["before"].split()
    if NEGATIONS & {word.lower() for word in before} or PREPOSITIONS & {*before}:
        return
    group = phrase["group"].strip()
    if is_start:  # the phrase may have ended before these words
        group = re.split(r"\s+(?:in|at|on|with|by)\s", group)[0].strip()
    is_person = phrase["person"] is not None
    name = group if is_person and not before else _small(group, before)
    kind = _kind(phrase["head"], said)
    is_unnamed = name.startswith(("a ", "an ")) and not is_person
    yield Speaker(name, "reported" if is_unnamed and kind == "stated" else kind, is_person)


def _owner(name: str) -> str:
    return re.sub(r"'s?$", "", name)


def _small(words: str, before: Sequence[str]) -> str:
    """Return a group of people as written inside a sentence."""
    first = words.split(maxsplit=1)[0]
    is_common = first.lower() in {*NOBODY, *ARTICLES} or not before
    is_short = first.isupper() and first.lower() not in ARTICLES
    return words[0].lower() + words[1:] if is_common and not is_short else words


def _is_nobody(name: str, known: "KnownNames") -> bool:
    """Return whether a word has its capital only at the start of a sentence."""
    first = name.split(maxsplit=1)[0]
    is_only = " " not in name
    return first.lower() in NOBODY or (is_only and first.lower() in known.common)


def _kind(head: str, said: str) -> Trust:
    """Return the kind of claim, by speaker and verb."""
    if any(re.fullmatch(one, head, re.IGNORECASE) for one in ANALYSTS):
        return "analyst"
    if any(re.fullmatch(one, head, re.IGNORECASE) for one in REPORTERS):
        return "reported"
    if any(said.startswith(one.removesuffix("e")) for one in ASSERTS):
        return "claimed"
    is_unnamed = head.islower() and UNNAMED.fullmatch(head) is not None
    return "reported" if is_unnamed else "stated"


class KnownNames(NamedTuple):
    """Names of people in a text, by their last word, and words that are no names."""

    whole: dict[str, str]
    common: frozenset[str]

    def full(self, name: str) -> str:
        """Return the full name for the last word of one."""
        return self.whole.get(name, name)

    def is_person(self, name: str) -> bool:
        """Return whether a name is a person's, which the text gives in several words."""
        return name in self.whole or (" " in name and not name.lower().startswith("the "))


OFFICE = re.compile(
    r"\b(?:President|Minister|Secretary(?:\s+of\s+State)?|Ambassador|General|Gen\.|Adm\.|Col\.|Chancellor|Premier|"
    r"King|Prince|Envoy|Senator|Commander|Chief|Governor)\s+"
    rf"(?P<name>{NAME_WORD}(?:\s+{NAME_WORD}){{1,3}})"
)
"""A person's name after an office."""


def names_of(text: str) -> KnownNames:
    """Return the names of people in a text; last words shared by two people are left out."""
    whole: dict[str, set[str]] = {}
    for person in OFFICE.finditer(text):
        name = _owner(person["name"])
        whole.setdefault(name.split()[-1], set()).add(name)
    single = {last: names.pop() for last, names in whole.items() if len(names) == 1}
    return KnownNames(single, frozenset(re.findall(r"\b[a-z][a-z-]+\b", text)))
