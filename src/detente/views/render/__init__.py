"""The readers of what results say: a page, Markdown, a terminal."""
