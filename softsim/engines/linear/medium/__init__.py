"""The medium: a layered stack at small strain, whatever touches it.

Layers and their moduli (`stack`), how they follow from a tissue (`increments`), the compliance of
the surface per wavenumber and frequency (`compliance`), fields at depth per wavenumber
(`spectra`), and the depths that are reported (`rows`); Gauss rules (`quadrature`) and one way to
keep results (`kept`).  The ground floor: enters no other room.
"""
