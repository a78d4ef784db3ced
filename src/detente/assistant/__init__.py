"""A server through which an analyst's language model asks questions and makes proposals.

No model ships, and none is called. The tools are the questions of `views.programs.QUESTIONS`, the
list of crises and runs, and tools of rooms (entry points of the group `detente.tools`).
"""
