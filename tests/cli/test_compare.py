"""`detente compare` as a person meets it."""

import json
import shutil

import pytest

from detente.cli import main
from detente.cli.parameters import read_shares
from detente.errors import DetenteError
from tests.cli.asking import answer

SMALL = ["--futures", "320", "--worlds", "32", "--threads", "1", "-q"]


@pytest.fixture(scope="session")
def usual(play):
    return play(futures=320, worlds=32, options=["hotline", "base_defences"])


@pytest.mark.usefixtures("stored")
def test_options_are_compared_and_quiet_leaves_out_how_to_read_it(capsys):
    asked = ("compare", "stored", "--above", "deal=1%", "--all")
    status, out, err = answer(capsys, *asked)
    quiet = answer(capsys, *asked, "-q")

    assert (status, err) == (0, "")
    assert "Options by war, in %, the best first (less is" in out
    assert quiet == (0, f"{out[: out.index('How to read it')].rstrip()}\n", "")


@pytest.mark.usefixtures("stored")
def test_json_is_one_object(capsys):
    status, out, _ = answer(
        capsys, "compare", "stored", "--outcome", "deal", "--options", "hotline", "--json"
    )
    content = json.loads(out)

    assert status == 0
    assert content["schema"] == "detente/compare/1"
    assert content["better"] == "more"
    assert set(content["options"]) == {"base", "hotline"}
    assert content["inverse"] == {}


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["--outcome", "any_wars"], "did you mean any_war?"),
        (["--options", "hotlin"], "did you mean hotline?"),
        (["--options", ","], "names nothing"),
        (["--below", "any_war"], "'any_war' is not OUTCOME=SHARE"),
        (["--below", "any_war=0"], "any_war is to stay below 0"),
        (["--better", "worse"], "--better"),
    ],
    ids=str,
)
def test_bad_input_is_reported_and_nothing_is_printed(capsys, asked, words):
    status, out, err = answer(capsys, "compare", "stored", *asked)

    assert (status, out) == (2, "")
    assert words in err


def test_a_run_proposes_options_only_where_its_pack_has_some(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    sizes = SMALL[:-1]
    _, some, _ = answer(capsys, "run", "oman-2026", *sizes, "-o", "some")
    _, none, _ = answer(capsys, "run", "reference-violent", *sizes, "-o", "none")
    _, played, _ = answer(capsys, "run", "oman-2026", *sizes, "--options", "hotline", "-o", "both")
    status, _, err = answer(capsys, "compare", "some")
    _, _, printed = answer(capsys, "compare", "none")

    assert "detente run oman-2026 --options all" in some
    assert "--options all" not in none
    assert "detente compare both" in played
    assert "--options all" not in played
    assert status == 2
    assert "play them: detente run oman-2026 --options all" in err
    assert "its pack has none" in printed


def test_a_damaged_pack_in_a_run_proposes_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    main(["run", "oman-2026", *SMALL, "-o", "plain"])
    shutil.rmtree("plain/pack")

    status, out, _ = answer(capsys, "show", "plain")

    assert status == 0
    assert "--options all" not in out


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["war"], "'war' is not OUTCOME=SHARE"),
        ([""], "'' is not OUTCOME=SHARE"),
        (["=5%"], "'=5%' is not OUTCOME=SHARE"),
        (["war=few"], "the share of war is 'few', no number"),
        (["war=1%", "war=2%"], "war is given twice"),
    ],
    ids=str,
)
def test_a_threshold_that_is_none_is_refused(given, words):
    with pytest.raises(DetenteError, match=words):
        read_shares("--below", given)


def test_a_threshold_is_written_as_percent_or_as_a_share():
    given = ["any_war=5%, deal = 0.3"]

    assert read_shares("--below", given) == {"any_war": 0.05, "deal": 0.3}
    assert read_shares("--below", None) == {}
