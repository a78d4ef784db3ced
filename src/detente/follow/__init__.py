"""A crisis followed over months: forecasts are sealed, and scored once outcomes are known."""
