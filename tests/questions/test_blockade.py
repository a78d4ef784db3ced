"""What a blockade does stands next to the answer, and packages say how it ends."""

from detente import load, summarise
from detente.ensemble.design import quantile
from detente.ensemble.encode.agenda import CrisisOnTerms
from detente.questions.names import packages_in_words
from detente.views.blocks import Listing, plain
from detente.views.endings import blocks
from tests.standin import played


def test_harm_and_disputed_legality_stand_next_to_the_days_of_a_blockade(tmp_path):
    run = played(load("cuba-1962"), tmp_path / "run", futures=64, worlds=8)
    (shown,) = (
        block
        for block in blocks(summarise(run))
        if isinstance(block, Listing) and "consequences" in block.title
    )
    blockade = run.crisis.model.blockade

    assert shown.title.startswith("The quarantine of Cuba")
    assert plain(shown.items[0]).startswith("It is in force on 0 days")
    assert blockade.harm in plain(shown.items[1])
    assert blockade.legality in plain(shown.items[2])


def test_every_package_says_how_it_ends_a_blockade():
    crisis = load("cuba-1962")
    values = {path: quantile(number, 0.5) for path, number in crisis.numbers.items()}

    assert all(
        package.endswith("; the quarantine ends")
        for package in packages_in_words(CrisisOnTerms(crisis, values))
    )
