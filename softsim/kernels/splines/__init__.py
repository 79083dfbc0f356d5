"""Splines under large strain: shapes of a span, stresses, forces and tangents, contact of the skin."""
