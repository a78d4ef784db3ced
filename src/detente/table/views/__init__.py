"""What a table shows: the view and the question of a seat, and the debrief."""
