"""Raids simulated weapon by weapon in time, against the kernel's formulas for the same raids."""
