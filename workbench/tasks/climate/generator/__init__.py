"""Weather maps with their truth."""
