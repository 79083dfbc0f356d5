"""A whole edge under large strain: the third direction, from its scene to its result."""
