"""Questions about a crisis or a run: a module or a package for each, and what they share."""
