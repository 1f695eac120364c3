"""How sure networks are that name the class of every point of a map.

Points of a map are not independent of one another: maps are what is resampled, and
what promises are about.
"""
