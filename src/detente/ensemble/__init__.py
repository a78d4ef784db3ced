"""Many worlds, many futures: the design, the runners and the stored run."""
