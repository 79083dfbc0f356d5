"""Press and transient: a mesh along the way of the tool, and the walk over it."""
