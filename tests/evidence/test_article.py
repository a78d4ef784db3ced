"""No sentence of the article that the project began with stands in the project."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ARTICLE = ROOT.parent / "shared" / "seed" / "article.txt"
RUN = 8
KINDS = {".cff", ".json", ".md", ".py", ".toml", ".txt", ".yml"}
FOLDERS = ("src", "tests", "docs", "verification", "benchmarks", "examples")


def runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[place : place + RUN]) for place in range(len(words) - RUN + 1)}


def project_files() -> list[Path]:
    below = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    return [path for path in [*ROOT.glob("*"), *below] if path.is_file() and path.suffix in KINDS]


@pytest.mark.skipif(not ARTICLE.exists(), reason="the article is not at hand")
def test_no_run_of_eight_words_of_the_article_stands_in_the_project():
    article = runs(ARTICLE.read_text(encoding="utf-8"))
    shared = {
        path: common
        for path in project_files()
        if (common := article & runs(path.read_text(encoding="utf-8", errors="replace")))
    }

    assert shared == {}
