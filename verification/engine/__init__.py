"""Checks of the engine: equal bits on all machines, killed runs, bad disks, hostile input."""
