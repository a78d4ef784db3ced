"""From documents to claims that a person accepts."""
