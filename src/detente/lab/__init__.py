"""Calibration and back-test of the numbers that packs share, on past crises."""
