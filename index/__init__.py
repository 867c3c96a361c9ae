"""Articles in, hits out. Knows no language model and no page."""
