"""Encodes a pack and one draw of its numbers as kernel records, in one module for each subject."""

from detente.ensemble.encode.world import encode

__all__ = ["encode"]
