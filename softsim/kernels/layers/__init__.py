"""Layers per wavenumber: compliance of the surface and fields below, isotropic and prestressed."""
