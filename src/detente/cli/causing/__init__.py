"""What caused war, as text: the table of a run, and the story of one future."""
