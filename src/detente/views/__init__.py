"""Pages of results, one module for each question; `section` in each returns the page.

Most pages are put together from `_answer`, `_blocks`, `_reading` and `_next`: sentences first, then
tables and figures, how to read them, and commands for the next questions.
"""
