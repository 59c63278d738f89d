"""The one-page proposal for a prospect: parks of a ranking side by side, made to be printed."""
