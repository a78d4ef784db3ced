"""What is said of a run, of a run played again, and of a pack."""

from dataclasses import replace

from detente import replay
from detente.ensemble.replay import ORDER
from detente.views import record
from tests.views.reading import must_say


def test_a_replay_says_what_was_compared_and_its_verdict(run):
    section = record.replayed(replay(run, threads=1))

    must_say(section, "All that was replayed is identical.", f"the run in {run.folder}")
    assert [row[0] for row in section.blocks[0].rows] == list(ORDER)


def test_one_future_played_again_says_each_of_its_columns(run):
    section = record.replayed(replay(run, future="1:1"))

    must_say(
        section,
        "Course of events 1:1, option base",
        "ending_day",
        "one course of events was played",
    )


def test_a_pack_says_what_it_is_made_of(crisis):
    must_say(record.pack(crisis), crisis.title, "are not known exactly", "rest on a claim")


def test_a_run_says_where_it_lies_and_how_to_see_more(run):
    must_say(record.stored(run), str(run.folder), run.digest, "summarise(run) gives its endings")


def test_a_run_that_breaks_a_law_says_beneath_its_result_not_to_rely_on_it(run):
    broken = run.outcome.model_copy(update={"violations": 3})
    failed = replace(run, record=run.record.model_copy(update={"outcome": broken}))

    must_say(
        record.foot(failed),
        "Do not rely on this run: 3 courses of events break a rule that all must keep",
    )
