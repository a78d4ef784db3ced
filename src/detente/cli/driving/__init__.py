"""`detente drivers` as text."""
