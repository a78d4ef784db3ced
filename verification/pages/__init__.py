"""Checks of pages: in browsers, with hostile texts, and for seats that may not see all."""
