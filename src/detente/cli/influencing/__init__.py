"""What hangs on the claims of a run, as text."""
