"""The bridge from the pack to the kernel: one file for each of the kernel's subjects."""

from detente.ensemble.encode.world import encode

__all__ = ["encode"]
