from verification.engine import supply


def test_the_projects_own_requirements_are_pinned_with_digests():
    assert {line.is_right for line in supply.locks()} == {True}


def test_nothing_that_runs_is_under_a_licence_that_binds():
    lines = list(supply.licences())

    assert {"licence of numpy", "licence of typer"} <= {line.what for line in lines}
    assert all(line.is_right for line in lines)
