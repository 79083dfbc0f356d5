"""Finite engine: large strain on tensor-product B-splines, contact inside the Newton step."""
