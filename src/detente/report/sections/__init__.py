"""The questions of the report, one module each, in the order in which they are answered."""
