"""Errors say where, what was found, what is allowed and what to do."""

from detente.errors import DetenteError, Fault, PackFaults

FAULT = Fault("crisis.toml", 3, 5, "venue.publicity", "1.4", "0 to 1", "use 0 to 1")


def test_an_error_says_where_what_and_what_to_do():
    error = DetenteError("no space left", where="runs/7", hint="free some")

    assert str(error) == "runs/7: no space left; free some"


def test_a_fault_without_a_line_names_its_file_alone():
    fault = Fault("--set", 0, 0, "venue.publicity", "1.4", "0 to 1")

    assert str(fault) == "--set: venue.publicity: 1.4; allowed: 0 to 1"


def test_a_faulty_pack_counts_its_faults_and_shows_the_first():
    one, four = PackFaults("mine", [FAULT]), PackFaults("mine", [FAULT] * 4)

    assert one.what.startswith("1 fault in the pack: crisis.toml:3:5: venue.publicity: 1.4")
    assert four.what.startswith("4 faults")
    assert four.what.count("venue.publicity") == 3
