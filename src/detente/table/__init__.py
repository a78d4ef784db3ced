"""Seats at a table: people decide, the model goes on; a log, what each sees, and a debrief."""
