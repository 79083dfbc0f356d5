"""Tissue on splines: mesh, stresses, relaxation, energies, fields."""
