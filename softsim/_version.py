"""The version, where every row may read it."""

__version__ = "0.1.0"
