"""Table play: people decide for actors, the model for all others; with a log and a debrief."""
