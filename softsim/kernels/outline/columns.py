"""Columns of the chain of an outline, without a compiler: descriptions read them too."""

from __future__ import annotations

SEGMENT = 0.0
ARC = 1.0
# Columns of every piece,
KIND, ALONG, DEPTH, START, COLUMNS = 0, 1, 2, 7, 8
# of a segment, and of an arc.
TANGENT_ALONG, TANGENT_DEPTH, LENGTH = 3, 4, 5
RADIUS, NORMAL_ALONG, NORMAL_DEPTH, SPAN = 3, 4, 5, 6
