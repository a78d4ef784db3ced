"""`detente show`: print the result of a stored run again."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from detente.cli import parameters, terminal


def show(
    run: parameters.RunFolder = None,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Print a stored run's result again."""
    from detente.analysis.summary import summarise
    from detente.cli.result import show_summary
    from detente.ensemble.run import Run

    summary = summarise(Run.open(run))
    if json:
        terminal.show_json(summary.as_json())
    else:
        show_summary(summary, quiet=quiet)
    return 0
