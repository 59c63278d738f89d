"""Help in the app: a tour in five steps, the terms, and their tooltips."""
