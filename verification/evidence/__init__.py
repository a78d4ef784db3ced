"""Checks of answers: coverage of intervals, and findings that persist with another seed."""
