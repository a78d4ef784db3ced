"""A solved bargaining game as text: one module for each part of what `detente solve` prints."""
