"""What a network has to beat: methods without one, and a bound on any of them."""
