"""The outline of an edge as numbers, and distances from it."""
