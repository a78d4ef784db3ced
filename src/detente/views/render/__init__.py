"""Writers of sections: HTML, Markdown, terminal."""
