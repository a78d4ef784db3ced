"""What a table shows: what a seat sees and is asked, and the debrief."""
