"""Published results that the model must reproduce, and the programs that check it against them."""
