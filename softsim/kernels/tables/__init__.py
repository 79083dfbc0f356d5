"""Tables over the logarithm of wavenumber, time or place: interpolation, sums and row peaks."""
