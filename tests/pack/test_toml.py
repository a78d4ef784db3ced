"""Texts made to exhaust a reader are refused before they are read."""

import time
from pathlib import Path

import pytest

from detente import pack
from detente.errors import DetenteError

LONGEST_SECONDS = 1.0

BOMBS = {
    "dotted_key": "a" + ".a" * 50_000 + " = 1",
    "quoted_dotted_key": '"a"' + '."a"' * 50_000 + " = 1",
    "dotted_header": "[" + "a." * 50_000 + "a]",
    "nested_lists": "a = " + "[" * 500 + "]" * 500,
    "nested_tables": "a = " + "{a=" * 500 + "1" + "}" * 500,
    "many_entries": "a = [" + "1," * 100_000 + "]",
    "many_keys": "".join(f"k{place} = 1\n" for place in range(4_900)),
    "many_near_keys": "[moves]\n" + "".join(f"tempo{place} = 1\n" for place in range(4_900)),
    "many_headers": "[[a]]\n" * 9_000,
    "many_claims": "".join(f"[claims.c{place}]\n" for place in range(4_000)),
    "many_options": "".join(f"[options.o{place}]\n" for place in range(4_000)),
    "many_correlations": "[[correlations]]\nof = 1\n" * 1_500,
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


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused_within_a_second(bomb: str, tmp_path: Path):
    (tmp_path / "crisis.toml").write_text(bomb, encoding="utf-8")
    start = time.perf_counter()
    try:
        is_refused = bool(pack.check(tmp_path))
    except DetenteError:
        is_refused = True

    assert is_refused
    assert time.perf_counter() - start < LONGEST_SECONDS


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_message_about_a_bomb_stays_short(bomb: str, tmp_path: Path):
    (tmp_path / "crisis.toml").write_text(bomb, encoding="utf-8")
    with pytest.raises(DetenteError) as error:
        pack.load(tmp_path)

    assert len(str(error.value)) < 4_000


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
