"""Numeric kernels: floats and float64 arrays in, arrays and a status code out.

Nothing here knows about objects, units, xarray or errors; every kernel has a slow twin in tests/.
"""
