import inspect

import pytest

from detente.views import register
from detente.views.material import Material
from detente.views.register import FORMS, SECTIONS, VIEWS
from detente.views.work import WORKS


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.result or view.section)
def test_each_view_names_functions_that_take_what_it_reads(view):
    of_result = [register.load(f"views.{one}") for one in (view.screen, view.in_brief) if one]
    of_run = [register.load(f"views.{view.report}")] if view.report else []
    read = view.reads.split()

    assert all(inspect.signature(one).bind("result") for one in of_result)
    assert all(inspect.signature(one).bind(*read) for one in of_run)
    assert {*read} <= {"run", *vars(Material)}


def test_no_view_is_declared_twice():
    results = [one.result for one in VIEWS if one.result]
    sections = [one.section for one in VIEWS if one.section]

    assert len(results) == len({*results})
    assert len(sections) == len({*sections})
    assert {*WORKS} <= {*SECTIONS}
    assert {*FORMS} <= {*vars(Material)}
