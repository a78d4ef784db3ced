"""What was seen since, as text: what it changes, and what to watch for."""
