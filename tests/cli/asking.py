"""Commands as a user gives them, in this process."""

from detente.cli import main


def answer(capsys, *arguments):
    """Run a command and return its status and its two outputs."""
    capsys.readouterr()
    status = main(list(arguments))
    return status, *capsys.readouterr()


def answering(*command):
    """Return what runs a command with whatever else it is asked."""

    def asked(capsys, *arguments):
        return answer(capsys, *command, *arguments)

    return asked
