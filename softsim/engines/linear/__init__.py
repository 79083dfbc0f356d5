"""Small-strain layered viscoelastic engine: plain-array solvers in two and three dimensions."""
