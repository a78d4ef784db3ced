"""Worlds and futures: their draws, how they are played, and stored runs."""
