"""Texts made to exhaust a reader are refused before they are read."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from detente import pack
from detente.errors import DetenteError, PackFaults
from detente.pack import toml
from detente.pack.crisis import read_files
from detente.pack.toml import Unreadable, parse, read_shipped

LONGEST = 20
"""Most processor time to refuse a bomb, in that of checking a shipped pack: four times what the
slowest takes. Both are taken in one breath, so that a slow machine or measured coverage fails
nothing."""
LONGEST_SPREAD = 50
"""The same where much follows from each line, four times what the slowest takes. Without a limit on
compared names and reported faults, the longest took 210 of twice the size."""

BOMBS = {
    "dotted_key": "a" + ".a" * 50_000 + " = 1",
    "quoted_dotted_key": '"a"' + '."a"' * 50_000 + " = 1",
    "dotted_header": "[" + "a." * 50_000 + "a]",
    "nested_lists": "a = " + "[" * 500 + "]" * 500,
    "nested_tables": "a = " + "{a=" * 500 + "1" + "}" * 500,
    "many_entries": "a = [" + "1," * 100_000 + "]",
    "many_keys": "".join(f"k{place} = 1\n" for place in range(9_900)),
    "many_near_keys": "[moves]\n" + "".join(f"tempo{place} = 1\n" for place in range(9_900)),
    "many_headers": "[[a]]\n" * 9_000,
    "many_claims": "".join(f"[claims.c{place}]\n" for place in range(9_900)),
    "many_options": "".join(f"[options.o{place}]\n" for place in range(9_900)),
    "many_correlations": "[[correlations]]\nof = 1\n" * 3_300,
    "many_fields_without_keys": "[actors]\nname = 'x'\n"
    + "".join(f"field{place} = 'x'\n" for place in range(9_900)),
    "open_string_of_escapes": 'a = "' + '\\"' * 100_000,
    "open_long_string": 'a = """' + '""\\"' * 50_000,
    "open_literal": "a = '''" + "''\n" * 50_000,
    "only_quotes": '"' * 200_000,
    "only_dots": "." * 200_000,
    "long_number": "a = " + "9" * 200_000,
    "long_hexadecimal": "format = 0x" + "f" * 200_000,
    "large_exponent": "rank = 1e99999",
    "long_key": "x" * 200_000 + " = 1",
    "long_text": 'title = "' + "x" * 200_000 + '"',
    "long_file": "#" * 300_000,
}


def timed_load(path: Path | str) -> tuple[DetenteError | None, float]:
    """Return why a pack is not loaded, and the processor time until that is known [s]."""
    read_files.cache_clear()
    start = time.process_time()
    try:
        pack.load(path)
    except DetenteError as error:
        return error, time.process_time() - start
    return None, time.process_time() - start


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused_soon_and_in_few_words(bomb: str, tmp_path: Path):
    (tmp_path / "crisis.toml").write_text(bomb, encoding="utf-8")
    _, usual = timed_load("oman-2026")
    error, seconds = timed_load(tmp_path)

    assert error is not None
    assert len(str(error)) < 4_000
    assert seconds < LONGEST * usual


NORTH = "defences.north.layers"
LAYERS = f"[{NORTH}]\n" + "".join(
    f"c{place} = {{ system = 'short_range_interceptor' }}\n" for place in range(1_200)
)
SPREADS = {
    "layers_with_figures_of_the_catalogue": LAYERS + LAYERS.replace("north", "south"),
    "correlations_of_known_numbers": LAYERS
    + "".join(
        "[[correlations]]\nrank = 0.1\n"
        f"of = ['{NORTH}.c{place}.reach', '{NORTH}.c{place + 1}.reach']\n"
        for place in range(700)
    ),
    "correlations_of_unknown_numbers": LAYERS
    + "".join(
        f"[[correlations]]\nrank = 0.1\nof = ['{NORTH}.c{place}.rech', '{NORTH}.c{place}.rounbs']\n"
        for place in range(700)
    ),
    "claims_that_are_not_there": "[moves]\noffer = { value = 0.1, because = ["
    + ", ".join(f"'clain-{place}x'" for place in range(4_000))
    + "] }\n"
    + "".join(
        f"[claims.claim-{place}]\nsays = 'a'\nsource = 'gazete-{place}'\ndate = 2031-01-01\n"
        "by = 'x'\nkind = 'stated'\ngrade = 'C2'\n"
        for place in range(550)
    ),
    "hypotheses_that_rest_on_claims_that_are_not_there": "[hypotheses.h]\nsays = 'a'\n"
    + "rejected_if = 'a'\nbecause = ["
    + ", ".join(f"'clain-{place}x'" for place in range(4_000))
    + "]\n"
    + "".join(f"[claims.claim-{place}]\n" for place in range(2_000)),
    "options_of_unknown_fields": LAYERS
    + "[options.o]\ntitle = 'a'\nsays = 'a'\n[options.o.change]\n"
    + "".join(f"'{NORTH}.c{place}.rech' = 1\n" for place in range(3_300)),
}
"""Texts of which each line is as a pack may have it, and much follows from each."""


@pytest.mark.parametrize("text", SPREADS.values(), ids=SPREADS.keys())
def test_names_that_are_sought_among_many_do_not_take_long(
    text: str, minimal: Callable[[Mapping[str, str]], Path]
):
    folder = minimal({"x.toml": text})
    _, usual = timed_load("oman-2026")
    error, seconds = timed_load(folder)

    assert isinstance(error, PackFaults)
    assert not any("too many values" in fault.found for fault in error.faults)
    assert seconds < LONGEST_SPREAD * usual


def test_many_files_count_as_one_pack(tmp_path: Path):
    for place in range(16):
        text = "".join(f"[claims.c{place}-{key}]\n" for key in range(1_000))
        (tmp_path / f"{place}.toml").write_text(text, encoding="utf-8")

    assert any("too many values" in fault.found for fault in pack.check(tmp_path))


def test_more_files_than_a_pack_can_have_are_refused(tmp_path: Path):
    for place in range(17):
        (tmp_path / f"{place}.toml").write_text("", encoding="utf-8")

    with pytest.raises(DetenteError, match="17 files"):
        pack.check(tmp_path)


@pytest.mark.parametrize(
    ("most", "more"),
    [
        ("a = " + "[" * 12 + "]" * 12, "a = " + "[" * 13 + "]" * 13),
        ("a" + ".a" * 12 + " = 1", "a" + ".a" * 13 + " = 1"),
    ],
    ids=["brackets", "dots"],
)
def test_twelve_levels_are_read_and_thirteen_are_not(most: str, more: str):
    refused = parse(more)

    assert not isinstance(parse(most), Unreadable)
    assert isinstance(refused, Unreadable)
    assert refused.found == "too deep a nesting"


def test_as_many_values_are_read_as_are_allowed():
    text = "a = 1\nb = [1, 2]\n"
    refused = parse(text, most_values=3)

    assert not isinstance(parse(text, most_values=4), Unreadable)
    assert isinstance(refused, Unreadable)
    assert (refused.line, refused.found) == (2, "too many values")


@pytest.mark.parametrize("content", [None, b"\xff", b"x = "], ids=["gone", "bytes", "torn"])
def test_a_damaged_installation_is_reported_as_one(tmp_path, monkeypatch, content):
    monkeypatch.setattr(toml.resources, "files", lambda _package: tmp_path)
    if content is not None:
        (tmp_path / "torn.toml").write_bytes(content)

    with pytest.raises(DetenteError, match=r"torn\.toml: .*install detente again"):
        read_shipped("torn.toml")


@pytest.mark.parametrize(
    ("line", "column", "found", "hint"),
    [
        ("b = “x”", 5, "a curly quote “", 'type " in its place'),
        ('b = ["x”]', 8, "a curly quote ”", 'type " in its place'),
        ("b = { c = 30%, d = 1 }", 11, "30%", "write 0.3"),
        ('b = "“x” of 30%" c', 18, "Expected newline", "look for"),
        ("b = yes", 5, "yes", "write true or false"),
        ("b = 26.01.2026", 5, "26.01.2026", "write year, month, day"),
        ("b = 2026-01 # seen", 5, "2026-01", "give the last day"),
        ('b = "the "quite" clear"', 10, 'a mark "', "write '"),
        ('b = "not closed', 5, 'a mark "', "close it"),
        ('b = { c = "x" d = "y" }', 15, "Unclosed", "look for"),
    ],
)
def test_a_slip_of_the_pen_is_named(line: str, column: int, found: str, hint: str):
    refused = parse(f"# “30%”\n{line}\n")

    assert isinstance(refused, Unreadable)
    assert (refused.line, refused.column) == (2, column)
    assert refused.found.startswith(found)
    assert refused.hint.startswith(hint)
