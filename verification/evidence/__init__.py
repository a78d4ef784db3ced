"""What judges answers: whether intervals hold the truth, and findings survive a new seed."""
