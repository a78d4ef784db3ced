"""What is said of results: a module a question, whose `section` returns the page on its result.

Most pages are put together from `_answer`, `_blocks`, `_reading` and `_next`, which yield what is
said first, what shows it, how to read it and what to ask next.
"""
