"""The engines: each takes a Problem and returns plain arrays for the dataset builder."""
