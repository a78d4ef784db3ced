"""Questions that are asked of a crisis or of a run, a module or a package each, and their tools."""
