"""What a learner is asked: predictions, exercises, and the code in plain torch."""
