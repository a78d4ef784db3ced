"""Reading documents into claims of a pack, each accepted by a person."""
