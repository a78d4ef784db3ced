"""The only bridge from the pack to the kernel, one file a kernel subject."""

from detente.ensemble.encode.world import encode

__all__ = ["encode"]
