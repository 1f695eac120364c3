"""Files of convergence maps, in whatever layout the field uses."""
