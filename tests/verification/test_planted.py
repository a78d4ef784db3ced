"""Faults to be planted are written for the files as they are."""

from verification.engine import planted


def test_every_listed_fault_changes_what_stands_in_its_file_once_and_names_tests_that_are_there():
    faults = planted.read()
    tests = {test.split("::")[0] for fault in faults for test in fault.tests}
    texts = {fault.file: planted.source(fault.file).read_text() for fault in faults}

    assert len(faults) >= 43
    assert all(fault.planted(texts[fault.file])[1] != texts[fault.file] for fault in faults)
    assert all((planted.ROOT / test).is_file() for test in tests)
