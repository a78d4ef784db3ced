"""What is said of the options of a run."""

import dataclasses

import pytest

from detente import compare, simulate
from detente.ensemble import runners
from detente.estimate.estimate import Estimate
from detente.text import between
from detente.views import options, options_detail
from detente.views.blocks import Listing, Table, plain
from tests.questions.made_up import planted_kernel
from tests.views.conftest import FEW, standing_in
from tests.views.reading import must_say, rows_of

SMALL = {"futures": 320, "worlds": 32, "threads": 1}


@pytest.fixture(scope="module")
def found(crisis, tmp_path_factory):
    """Return options of which the hotline helps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: planted_kernel(0.2))
        names = ["hotline", "base_defences"]
        run = simulate(crisis, **SMALL, options=names, out=tmp_path_factory.mktemp("runs") / "run")
        return compare(run, below={"any_war": 0.24})


def test_options_say_what_they_must(found):
    must_say(
        options.section(found),
        "In this model",
        "320 courses of events of each option: 32 sets of assumptions x 10 courses",
        "Under “A hotline between the fleets”, the best",
        "Works only if",
        "How “as the crisis stands” could come before “A hotline between the fleets”",
        "Conditions for war below 24 %",
        "Options of one rank cannot be told apart",
    )


def test_numbers_of_the_table_are_those_that_were_found(found):
    _, share, change, interval, across, _ = rows_of(options.section(found), "options-ranked")[
        "A hotline between the fleets"
    ]
    one = found.options["hotline"]

    assert share.value == pytest.approx(100.0 * one.share.value)
    assert change.value == pytest.approx(100.0 * one.difference.value)
    _, low, high = one.difference.interval
    assert (interval.low, interval.high) == (100.0 * low, 100.0 * high)
    assert (across.low, across.high) == tuple(100.0 * end for end in one.difference.spread)


def test_a_difference_that_another_seed_could_make_shows_no_number(found):
    rows = rows_of(options.section(found), "options-else")

    assert set(rows["Stronger missile defence"]) == {options_detail.UNCLEAR}


def test_an_option_that_changes_nothing_has_no_interval(found):
    same = dataclasses.replace(found.options["base_defences"], is_same=True)
    changed = dataclasses.replace(found, options={**found.options, "base_defences": same})
    row = rows_of(options.section(changed), "options-ranked")["Stronger missile defence"]

    assert row[2:5] == ("0", "changes nothing", "")


def test_one_future_a_world_has_no_regret(crisis, tmp_path):
    run = simulate(crisis, futures=2, worlds=2, threads=1, options=["hotline"], out=tmp_path / "r")
    section = options.section(compare(run))
    rows = rows_of(section, "options-ranked")

    assert {row[-1] for row in rows.values()} == {""}
    assert "options-regret" not in {one.key for one in section.blocks if isinstance(one, Table)}


def test_the_matrix_has_what_is_done_and_what_it_changes_and_who_does_better(found):
    rows = rows_of(options.section(found), "options-matrix")
    said, war, *_, better = rows["A hotline between the fleets"]
    one = found.options["hotline"]

    assert said == one.says
    assert war.value == pytest.approx(100.0 * one.measures["any_war"].value)
    assert (war.low, war.high) == tuple(100.0 * end for end in one.measures["any_war"].interval[1:])
    assert better == ""
    assert rows["Stronger missile defence"][-1] == "A hotline between the fleets"


def test_who_pays_stands_in_the_matrix_if_the_pack_says_so(found):
    paid = dataclasses.replace(found.options["hotline"], pays="Both")
    changed = dataclasses.replace(found, options={**found.options, "hotline": paid})
    heads = [column.head for column in options.matrix(changed).columns]

    assert "Who pays" in heads
    assert "Who pays" not in [column.head for column in options.matrix(unpaid(found)).columns]
    assert options.matrix(changed).rows[0][heads.index("Who pays")] == "Both"


def unpaid(found):
    left = {name: dataclasses.replace(one, pays="") for name, one in found.options.items()}
    return dataclasses.replace(found, options=left)


def test_the_best_is_said_with_what_it_keeps_from_war(found):
    best, *others = map(plain, options.best_and_worst(found))

    assert best.startswith("“A hotline between the fleets” helps most")
    assert others == []
    assert "% it prevents war. Those then end most often in" in plain(*options.why(found))


def test_what_cannot_be_distinguished_from_the_best_shares_its_rank_and_is_named_with_it(found):
    twice = [0, 1, 1]
    together = {key: one[:, twice][:, :, twice] for key, one in found.pairs.together.items()}
    other = dataclasses.replace(
        found.options["base_defences"], measures=found.options["hotline"].measures
    )
    tied = dataclasses.replace(
        found,
        pairs=found.pairs._replace(together=together),
        options={**found.options, "base_defences": other},
    )
    best, *_ = map(plain, options.best_and_worst(tied))
    ranks = {name: row[0] for name, row in rows_of(options.section(tied), "options-ranked").items()}

    assert best.startswith("“A hotline between the fleets” helps, ")
    assert best.endswith("It does not clearly beat “Stronger missile defence”.")
    assert list(ranks.values()) == ["1", "1", "3"]
    assert "one of the best by this outcome" in plain(options.section(tied).answer[1])


def test_what_is_below_a_point_is_next_to_nothing_and_helps_nobody(found):
    little = Estimate(-0.001, -0.0015, -0.0005, -0.002, 0.0, -0.0015, -0.0005, "difference")
    one = dataclasses.replace(
        found.options["hotline"],
        difference=little,
        measures=dict.fromkeys(found.options["hotline"].measures, little),
    )
    changed = dataclasses.replace(found, options={**found.options, "hotline": one})

    assert options.best_and_worst(changed) == ("No option clearly helps.",)
    assert "which is next to nothing" in plain(options.section(changed).answer[1])


def test_a_trade_names_what_is_better_and_what_is_worse(found):
    one = found.options["hotline"]
    more = Estimate(0.05, 0.03, 0.07, 0.0, 0.1, 0.04, 0.06, "difference")
    mixed = dataclasses.replace(one, measures={**one.measures, "deal": more, "force": more})
    changed = dataclasses.replace(found, options={**found.options, "hotline": mixed})
    said = [plain(words) for words in options.best_and_worst(changed)]

    assert said[0] == "No option clearly helps."
    assert f"but use of force 5.0 points more often ({between('3.0', '7.0')})" in said[1]


def test_why_nothing_works_only_somewhere_is_said_once(found):
    rules = next(one for one in options.section(found).blocks if isinstance(one, Listing))

    assert len({plain(item).split(": ")[-1] for item in rules.items}) == len(rules.items)


def test_a_run_without_options_names_the_command_that_plays_them(crisis, tmp_path):
    with standing_in():
        run = simulate(crisis, **FEW, out=tmp_path / "plain")
        section = options.in_report(run, None)

    must_say(section, "this run played none of them", "detente run oman-2026 --options all")
