import re
import threading

from detente import ask
from detente.views import asking
from detente.views.blocks import plain
from tests.pages.browsing import words
from tests.pages.conftest import OWN

QUESTION = {"outcome": "force", "by": "2026-06-30", "given": "", "also": "", "held": ""}


def asked(client, **question):
    return client.get("/run/one/chance", params=QUESTION | question)


def test_a_question_in_a_sentence_is_answered_as_ask_and_weigh_answer_it(client, run):
    share = ask(run, outcome="force", by="2026-06-30").share.value
    page = words(asked(client, held=f"{100 * min(0.95, 1.1 * share):.1f}"))
    (sentence, *_) = asking.section(ask(run, outcome="force", by="2026-06-30")).answer

    assert re.sub(r"\W", "", plain(sentence)) in re.sub(r"\W", "", page)
    assert "To agree with it, the sets of assumptions get unequal weights" in page


def test_what_would_have_to_be_true_is_tried_behind_the_page_of_its_question(
    client, workspace, run
):
    share = ask(run, outcome="force", by="2026-06-30").share.value
    sent = QUESTION | {"held": f"{100 * min(0.95, 1.1 * share):.1f}"}
    begun = client.post("/run/one/chance", data=sent, headers=OWN, follow_redirects=False)
    over = threading.Event()
    workspace.jobs.start("last", lambda _report: over.set(), shown_at="/last")
    job = workspace.jobs.all["1"]

    assert over.wait(60.0)
    assert (begun.status_code, begun.headers["location"], job.state) == (303, job.shown_at, "done")
    assert len(workspace.known("one").tried) == 1
    assert job in workspace.jobs.news
    assert client.get(job.shown_at).status_code == 200
    assert job not in workspace.jobs.news


def test_what_cannot_be_asked_is_said_and_what_the_model_cannot_bring_about_too(client):
    wrong = asked(client, also="colour=red")
    unheard = asked(client, held="much")

    assert wrong.status_code == 400
    assert "there is no column 'colour'" in words(wrong)
    assert unheard.status_code == 200
    assert "write 40, or 30-50 for a range" in words(unheard)


def test_a_view_of_others_is_added_or_its_faults_stand_at_its_fields(client, run):
    view = {"outcome": "force", "by": "2026-06-30", "date": "2026-02-01", "kind": "market"}
    view |= {"probability": "30-50", "who": "A market", "source": "https://example.org"}
    refused = client.post("/run/one/outside", data=view | {"by": "2026-01-01"}, headers=OWN)
    path = run.folder.parent / "outside.toml"
    is_there = path.is_file()
    seen = client.post("/run/one/outside", data=view, headers=OWN)
    written = path.read_text(encoding="utf-8")
    path.unlink()

    assert 'id="by-fault"' in refused.text
    assert not is_there
    assert "A market (market), read on 1 February 2026" in words(seen)
    assert "probability = [0.3, 0.5]" in written
