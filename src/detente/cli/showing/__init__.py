"""What `detente show` prints beyond what `detente run` does."""
