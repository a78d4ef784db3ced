"""One question a file, asked of a stored run."""
