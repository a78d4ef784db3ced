"""What the shared numbers of packs are fitted to and judged by."""
