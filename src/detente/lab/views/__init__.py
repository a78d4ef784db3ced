"""What calibration and the back-test show."""
