"""Constitutive laws at one material point (plane strain, second Piola-Kirchhoff stress).

Components are ordered along-along, depth-depth, across-across, along-depth; strains conjugate to
the stress carry twice the shear, so a tangent is ∂S/∂E with engineering shear.  A new law is one
file here, one code in `codes` and one branch in `response.shape_response`.
"""
