"""`detente discover` as text."""
