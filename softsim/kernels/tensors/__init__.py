"""Tensors of a material point: algebra and invariants of strain."""
