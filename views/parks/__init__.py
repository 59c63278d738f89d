"""The page 园区: the parks, one of them, up to four side by side."""
