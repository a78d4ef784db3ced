"""Published results are met, and the answers of Gambit to games drawn at random."""

from pathlib import Path

import pytest

from verification.cases import judge, load_models, read_all
from verification.model.signatures import SIGNATURES

FOLDER = Path(__file__).parents[2] / "verification"
PUBLISHED = read_all(sorted(FOLDER.glob("cases/*.json")))
GAMBIT = read_all([FOLDER / "model" / "gambit.json"])


def test_every_model_has_a_published_case_and_is_reached():
    assert {case.model for case in PUBLISHED} == SIGNATURES.keys() == load_models().keys()


@pytest.mark.parametrize("case", [*PUBLISHED, *GAMBIT], ids=lambda case: case.name)
def test_a_published_case_holds(case):
    assert judge(case, load_models()).reason == ""
