"""Numeric kernels: floats, arrays and named tuples of them in, arrays and a status code out.

The arrays of the layers (`layer_arrays`) are what several rooms take.
Nothing here knows about objects, units, xarray or errors; every kernel has a slow twin in tests/.
"""
