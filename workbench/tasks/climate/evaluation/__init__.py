"""What a test of a segmentation says: against the truth, people, and as events."""
