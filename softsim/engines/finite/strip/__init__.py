"""Room of the finite engine: the strip of elements, its grid, its histories and its state."""
