"""What the tests of hypotheses found, as text."""
