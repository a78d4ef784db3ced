"""Detente next to what a user would otherwise pick, measured in one call."""
