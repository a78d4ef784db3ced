"""How large something is, and how surely that is known."""
