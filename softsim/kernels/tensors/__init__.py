"""Tensors of a material point: algebra, invariants of strain, the volumetric part of laws."""
