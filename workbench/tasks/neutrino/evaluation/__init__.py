"""How good predicted segments are: plain functions on truth and predictions."""
