"""What judges the engine: the same bits everywhere, kills, failing disks, hostile input."""
