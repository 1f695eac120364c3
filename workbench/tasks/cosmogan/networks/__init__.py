"""Networks that draw convergence maps, and those that judge them."""
