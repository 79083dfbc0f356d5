"""The patch: a whole edge on cells of the skin, in three dimensions.

Fourier quadrature in the plane of the skin (`fourier`), influence of a cell (`green`), contact on
cells (`solvers`, `contact`) of the edge (`cells`), pressed in time (`press`); peaks, fields and
energies under it, and what is reported of them (`report`, `solve`).  Enters `creep`, `section` and
`medium`.
"""
