"""Raids simulated weapon by weapon in time, compared with the kernel's formulas for them."""
