"""Reported salvos of missiles, against what one generic defence of two tiers says of them."""
