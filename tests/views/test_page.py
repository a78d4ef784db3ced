"""The page of a run: what stands in it, in which order, and where its numbers come from."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from detente import DetenteError, simulate, strip, summarise
from detente.endings import numbers_of
from detente.questions import wording
from detente.questions.causes import causes
from detente.questions.since import since
from detente.questions.standing import standing_at_end
from detente.questions.wording import Value
from detente.views import since as changes
from detente.views.blocks import Table, plain
from detente.views.page import compose
from detente.views.render.html import POLICY, to_html
from detente.views.render.markdown import to_markdown
from detente.views.trace import storylines
from tests import intervals
from tests.views.conftest import CHANGED, FEW, SIZE
from tests.views.reading import NUMBER, Elements, rows_of, sentences

QUESTIONS = [
    "strip",
    "endings",
    "beginnings",
    "turning",
    "options",
    "watching",
    "resting",
    "hypotheses",
    "tradecraft",
    "fitness",
]
REASONS = ["evidence", "assumptions", "words", "limits", "reproduction", "fared", "drawn"]
LIKELIHOOD = re.compile("|".join(re.escape(one.words) for one in wording.TERMS))


@pytest.fixture(scope="module")
def text(page):
    return to_html(page)


@pytest.fixture(scope="module")
def elements(text):
    return Elements(text)


@pytest.mark.parametrize("reported", [to_html, to_markdown])
def test_an_interval_has_its_low_end_first(page, reported):
    found = intervals.in_text(reported(page))

    assert len(found) > 100
    assert intervals.out_of_order(found) == []


def test_what_has_changed_comes_first_then_the_questions_and_what_they_stand_on(page):
    assert [section.key for section in page.appendix] == ["since", *QUESTIONS, *REASONS]


def test_without_an_earlier_run_nothing_is_reported_changes(run):
    assert compose(run).appendix[0].key == QUESTIONS[0]


def test_each_number_that_has_changed_is_reported_with_what_it_was(page):
    reported = rows_of(page.appendix[0], "since-pack")

    assert set(reported) == set(CHANGED)
    assert reported["actors.us.war_cost"][0].startswith("0.31")
    assert "Differences in the inputs: 2 in numbers" in plain(page.appendix[0].answer[-1])


def test_a_setting_that_differs_is_reported(run, crisis, tmp_path):
    other = simulate(crisis, **SIZE, grid="tiny", out=tmp_path / "tiny")
    section = changes.section(since(run, other))

    assert plain(section.answer[-1]) == "Differences in the inputs: setting grid."


def test_a_run_of_the_same_pack_differs_in_nothing(run, crisis, tmp_path):
    again = simulate(crisis, **SIZE, out=tmp_path / "again")
    section = changes.section(since(run, again))

    assert plain(section.answer[-1]) == "Both runs were played from the same inputs."
    assert all(
        plain(words).endswith("that another seed could also make.") for words in section.answer[:2]
    )


def test_every_answer_has_its_method_beneath(page):
    methods = {section.key: section.method for section in page.appendix}

    assert all(methods[key] is not None for key in ("since", *QUESTIONS))


def test_every_answer_says_that_it_is_of_this_model(page):
    reported = {
        section.key: f"{section.answer} {section.method.in_this_model}"
        for section in page.appendix
        if section.method is not None
    }

    assert all(page.pack[:12] in words for words in reported.values())


def test_likelihood_and_confidence_never_share_a_sentence(page):
    both = [one for one in sentences(page) if LIKELIHOOD.search(one) and "onfidence" in one]

    assert any("onfidence" in one for one in sentences(page))
    assert LIKELIHOOD.search("War is very unlikely (5-20 %).")
    assert both == []


def test_a_term_of_likelihood_never_stands_without_its_bracket(page):
    bare = [
        one
        for one in sentences(page)
        for found in LIKELIHOOD.finditer(one)
        if not re.match(r"(?: to [a-z ]+)? \(", one[found.end() :])
    ]

    assert bare == []


def test_numbers_of_the_answer_are_those_of_the_run(page, run):
    values = [piece for piece in page.brief.leads[0].words if isinstance(piece, Value)]
    shown = {piece for piece in values if not piece.endswith(("2026", "2027"))}
    found = summarise(run)
    asked = [found.base.outcomes[key] for key in ("force", "any_war", "agreement")]
    stands = [sum(parts) for _, parts, _ in standing_at_end(found)]
    rows = strip(run).rows
    first = min(row.asked.day for row in rows)
    soon = [row.model.value for row in rows if row.asked.day == first]
    shares = {wording.in_short(one) for one in (*(one.value for one in asked), *stands, *soon)}

    assert shown <= shares | {wording.range_in_short(*one.spread) for one in asked}


def test_two_runs_have_different_answers(page, crisis, tmp_path):
    other = compose(simulate(crisis, **FEW, seed=2, out=tmp_path / "other"))

    assert plain(other.brief.leads[0].words) != plain(page.brief.leads[0].words)
    assert other.digest != page.digest


def test_storylines_are_futures_of_the_run_with_their_commands(page, run):
    endings = next(one for one in page.appendix if one.key == "endings")
    cards = next(block for block in endings.blocks if hasattr(block, "cards"))
    addresses = [card.command.split("--future ")[1].split(":") for card in cards.cards]

    assert 3 <= len(cards.cards) <= 6
    assert all(run.row(int(world), int(future)) is not None for world, future in addresses)


def test_who_fires_first_in_a_story_is_who_does_so_most_often_in_its_ending(run):
    rows = np.concatenate(list(run.rows()))
    reported = {one.kind.lower().removeprefix("rare: "): one.trace.row for one in storylines(run)}
    wars = rows[np.isin(rows["ending"], numbers_of("war"))]
    values, often = np.unique(wars["began"], return_counts=True)

    assert reported["war"]["began"] == values[np.argmax(often)]


def test_what_takes_minutes_is_named_with_its_command(page):
    reported = [f"{block}" for section in page.sections for block in section.blocks]

    assert any("detente causes " in one for one in reported)
    assert any("detente hypotheses " in one for one in reported)


def test_the_page_allows_nothing_to_be_fetched_or_run(text, elements):
    policies = [one for one in elements.named("meta") if "http-equiv" in one]

    assert [one["content"] for one in policies] == [POLICY]
    assert POLICY.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    assert elements.named("script") == elements.named("link") == []
    assert len(text) < 3_000_000


def test_addresses_are_within_the_page_or_data_to_save(elements):
    links = [one["href"] for one in elements.named("a")]
    pictures = [one["src"] for one in elements.named("img")]

    assert all(one.startswith(("#", "data:text/csv")) for one in links)
    assert all(one.startswith("data:image/svg+xml") for one in pictures)


def test_links_within_the_page_lead_somewhere(elements):
    places = {attributes.get("id") for _, attributes in elements.found}
    links = {one["href"][1:] for one in elements.named("a") if one["href"].startswith("#")}

    assert links <= places


def test_keys_name_one_thing_each(elements):
    keys = [attributes["id"] for _, attributes in elements.found if "id" in attributes]

    assert len(keys) == len(set(keys))


def test_headings_come_in_order(elements):
    levels = elements.headings
    steps = [after - before for before, after in pairwise(levels)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert max(steps) <= 1


def test_every_picture_has_words_and_every_table_its_heads(elements):
    assert all(one["alt"] for one in elements.named("img"))
    assert {one["scope"] for one in elements.named("th")} == {"col", "row"}
    assert elements.named("html") == [{"lang": "en"}]


def test_the_handling_mark_stands_at_both_ends_and_on_every_printed_page(text, page):
    assert page.mark.label == "TLP:AMBER"
    assert text.count('<p class="mark"><b>TLP:AMBER</b>') == 2
    assert '@top-right { content: "TLP:AMBER"; }' in text


def test_without_a_handling_mark_there_is_none(page):
    assert "TLP" not in to_html(replace(page, mark=None))


def test_an_unknown_handling_mark_is_refused(run):
    with pytest.raises(DetenteError, match="no mark 'pink'"):
        compose(run, tlp="pink")


def test_every_figure_has_its_numbers_and_its_source_beneath(page, text):
    figures = [figure for section in page.appendix for figure in section.figures]

    assert len(figures) >= 5
    assert "The numbers of this figure" not in text  # which are a file
    assert all(f'download="{figure.key}.csv"' in text for figure in figures)


def test_what_is_full_of_a_section_is_folded_under_the_names_of_what_it_holds(text):
    section = text.split('<section id="resting"')[1].split("</section>")[0]
    shown, fold = section.split("<summary>More")

    assert "<span>Grounds of the numbers: 4 rows</span>" in fold
    assert "<caption>Grounds of the numbers</caption>" in fold.split("</summary>")[1]
    assert "<caption>Grounds of the numbers</caption>" not in shown


def test_causes_that_were_worked_out_before_are_reported(crisis, tmp_path):
    judged = simulate(crisis, **FEW, out=tmp_path / "judged")
    causes(judged, worlds=1)
    reported = next(one for one in compose(judged).appendix if one.key == "beginnings").blocks

    assert any(getattr(block, "key", "") == "causes-and-kinds" for block in reported)


def test_every_table_and_figure_of_the_appendix_has_a_key_of_its_own(page):
    blocks = [block for section in page.appendix for block in section.blocks]
    keys = [block.key for block in blocks if isinstance(block, Table)]
    keys += [figure.key for section in page.appendix for figure in section.figures]

    assert len(keys) == len(set(keys))


def test_reported_assumed_and_modelled_numbers_look_different(text):
    kinds = [f'class="{kind}"' for kind in ("modelled", "reported", "assumed")]

    assert all(kind in text for kind in kinds)
    assert len(set(NUMBER.findall(text))) > 100


@pytest.mark.parametrize(("hidden", "most"), [(r"<details[^>]*>.*?</details>|", 6700), ("", 9000)])
def test_a_report_has_few_words_as_it_opens_and_with_all_folds_open(text, hidden, most):
    shown = re.sub(hidden + r"<style.*?</style>|<[^>]*>", " ", text, flags=re.S)
    words = [word for word in shown.split() if any(map(str.isalpha, word))]

    # Causes, drivers, hypotheses and claims add 1,500: a complete report of oman-2026 has 6,684 and
    # 8,983 (`report --complete`, 2 December 2026).
    assert 3000 < len(words) <= most - 1500
    assert 'download="assumptions.csv"' in text
