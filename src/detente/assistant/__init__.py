"""A door for the assistant of an analyst: it asks what commands ask, and proposes.

A language model elsewhere asks through it; none ships and none is called. Its tools are the
questions of `views.programs.QUESTIONS`, the list of crises and runs, and what rooms bring by the
entry points of the group `detente.tools`.
"""
