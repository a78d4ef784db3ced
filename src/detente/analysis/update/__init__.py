"""What is seen after a run's as-of date: what it changes, and what would tell most."""
