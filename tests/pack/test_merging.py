"""Several files are one crisis; a key that stands in two is reported with both places."""

from detente.pack.files import merge

ONE = b'title = "one"\n\n[talks]\npause = 3\n'


def test_files_that_share_a_table_are_one():
    merged = merge({"a.toml": ONE, "b.toml": b"[talks]\nfade_rate = 0.1\n"})

    assert merged.faults == ()
    assert merged.tree == {"title": "one", "talks": {"pause": 3, "fade_rate": 0.1}}


def test_a_key_in_two_files_is_reported_with_both_places():
    (fault,) = merge({"a.toml": ONE, "b.toml": b"\n[talks]\npause = 4\n"}).faults

    assert (fault.file, fault.line, fault.field) == ("b.toml", 3, "talks.pause")
    assert fault.found == "a key that stands in a.toml:4 too"
    assert (fault.allowed, fault.hint) == ("each key once", "keep one of the two")


def test_a_key_in_three_files_is_reported_twice():
    files = {"a.toml": ONE, "b.toml": b'title = "two"\n', "c.toml": b'\ntitle = "three"\n'}

    faults = merge(files).faults

    assert [(fault.file, fault.line) for fault in faults] == [("b.toml", 1), ("c.toml", 2)]
    assert {fault.found for fault in faults} == {"a key that stands in a.toml:1 too"}


def test_lists_of_tables_in_two_files_are_to_stand_in_one():
    files = {"a.toml": b"[[correlations]]\nof = 1\n", "b.toml": b"[[correlations]]\nof = 2\n"}

    (fault,) = merge(files).faults

    assert fault.hint == "write [[correlations]], all in one file"


def test_a_class_of_weapons_that_two_files_share_is_one():
    files = {
        "a.toml": b"[arsenals.x.y]\nstock = { value = 1 }\nvalue = { value = 2 }\n",
        "b.toml": b"[arsenals.x.y]\nreturns = { value = 1 }\n",
    }

    assert merge(files).faults == ()
