"""What judges pages: browsers, hostile words, seats that see nothing that is not theirs."""
