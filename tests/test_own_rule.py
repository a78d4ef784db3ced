"""The page on own rules, as a reader would run it."""

import re
from pathlib import Path

import pandas as pd
import pytest

import detente

PAGE = Path(__file__).parents[1] / "docs" / "own-rule.md"


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    """What the page's example leaves behind, run from a file as a reader would."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    folder = tmp_path_factory.mktemp("page")
    script = folder / "example.py"
    script.write_text(code)
    names = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        exec(compile(code, script, "exec"), names)  # noqa: S102  the page is ours
        names["rows"] = names["stubborn"].to_pandas()
    return names


def test_the_example_concedes_nothing_before_its_deadline(names):
    rows, start = names["rows"], pd.Timestamp(names["crisis"].as_of)
    deals = rows[rows["ending"].isin(["comprehensive_deal", "narrow_deal"])]
    days = (deals["ending_day"] - start).dt.days

    assert len(days) > 0
    assert (days >= names["DEADLINE"]).all()
    assert names["stubborn"].digest != names["usual"].digest


def test_threads_share_a_rule(names, tmp_path):
    rules = {"defender": names["steadfast"]}
    sizes = {**names["size"], "chunk": 5}
    one, two = (
        detente.simulate(names["crisis"], **sizes, threads=n, rules=rules, out=tmp_path / str(n))
        for n in (1, 2)
    )

    assert one.digest == two.digest == names["stubborn"].digest


def test_the_page_names_all_that_a_rule_sees():
    fields = detente.Sight.__annotations__

    assert [field for field in fields if f"`{field}`" not in PAGE.read_text()] == []
