"""What options change, as text: tables, and in words where they help and what turns them round."""
