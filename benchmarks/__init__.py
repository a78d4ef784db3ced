"""How long the main jobs take, against what they should take."""
