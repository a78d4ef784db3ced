"""What words may not do where they are shown is found, and what they may do is not."""

import pytest

from verification.injection import Shown, judge

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><g aria-label="{words}">{inner}</g></svg>'


def shown(**other):
    plain = {
        "page": "<p>plain words</p>",
        "pictures": [SVG.format(words="plain", inner="")],
        "markdown": "plain words\n",
        "sheets": {"endings.csv": "a,1\n"},
        "screens": {"show": "plain words\n"},
        "names": ["report.html"],
    }
    return Shown(**{**plain, **other})


@pytest.mark.parametrize(
    ("sink", "other"),
    [
        ("page", {"page": "<p>plain <b>words</b></p>"}),
        ("page", {"page": '<p onclick="x">plain words</p>'}),
        ("picture", {"pictures": [SVG.format(words="", inner="<script>x</script>")]}),
        ("picture", {"pictures": [SVG.format(words="", inner='<path onload="x"/>')]}),
        ("picture", {"pictures": [SVG.format(words="", inner='<path href="http://x"/>')]}),
        ("picture", {"pictures": [SVG.format(words="", inner='<path fill="url(http://x)"/>')]}),
        ("picture", {"pictures": ["<svg><g></svg>"]}),
        ("markdown", {"markdown": "# plain words\n"}),
        ("sheet", {"sheets": {"endings.csv": "=1+1,1\n"}}),
        ("terminal", {"screens": {"show": "plain \x1b[31m words\n"}}),
        ("file names", {"names": ["report.html", "x"]}),
        ("file names", {"outside": ["x"]}),
    ],
    ids=str,
)
def test_an_effect_is_found_where_it_is(sink, other):
    assert {found for found, _ in judge(shown(**other), shown())} == {sink}


def test_words_without_effect_are_passed():
    words = [SVG.format(words="; background: url(http://192.0.2.1/x)", inner="")]
    spoken = shown(page="<p>other &lt;b&gt; words</p>", pictures=words, markdown="other words\n")

    assert list(judge(spoken, shown())) == []
