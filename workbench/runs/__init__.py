"""Runs: what training leaves behind, and how it is started, tested and reported."""
