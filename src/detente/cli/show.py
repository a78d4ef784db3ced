"""`detente show`: print the result of a stored run again."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from detente.cli import parameters


def show(
    run: parameters.RunFolder = None,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Print a stored run's result again."""
    from detente.cli.beside import show_run
    from detente.ensemble.run import Run

    show_run(Run.open(run), json=json, quiet=quiet)
    return 0
