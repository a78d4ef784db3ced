"""Reported salvos of missiles, compared with one generic defence of two tiers."""
