"""The way from a scene to its solution: meshes that follow the contact, loads, fall-backs."""
