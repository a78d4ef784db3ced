"""A crisis that is followed over months: its forecasts are sealed, and judged by what came."""
