"""Draw maps of gravitational lensing that no test tells from simulated ones."""
