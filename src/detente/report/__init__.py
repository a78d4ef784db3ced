"""Results as pictures and pages that open anywhere, without a program and without a network."""
