"""Large-strain engine: a structured strip of locking-free elements under a rigid edge."""
