"""Pages on calibration and the back-test."""
