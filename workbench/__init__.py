"""Deep learning for scientists, from a notebook."""
