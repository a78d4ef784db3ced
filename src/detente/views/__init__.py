"""What results say, a question a module: words, tables and figures that any reader can show."""
