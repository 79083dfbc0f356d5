"""Splines under large strain: stresses, forces and tangents of spans, contact of the skin."""
