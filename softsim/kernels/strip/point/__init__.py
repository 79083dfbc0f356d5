"""Constitutive laws at one point in plane strain, with stress and tangent in two parts."""
