"""Linear systems of contact: Toeplitz matrices, and products and steps of the active set."""
