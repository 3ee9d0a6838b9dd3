"""Studies: the study file, its design, its points and running them."""
