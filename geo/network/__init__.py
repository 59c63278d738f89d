"""A whole district's network as a reference: reading, centrelines, noding, graph, cache."""
