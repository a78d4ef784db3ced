"""An independent, slow solver of the game of talks under threat, by which the kernel is checked."""
