"""What maps of convergence look like in numbers, and whether two sets of them differ.

Needs no generator and nothing else of the task but a ``Field``. Maps are κ (N, S, S).
A file a statistic; ``summary`` puts them all in one vector a map. A file a test of two
sets, of which the unit is the map; ``comparison`` asks two sets every question with one
rate of false alarms, ``gates`` gives single numbers. Maps are taken to be independent:
those cut from one simulated box are not, and make chance look smaller than it is.
"""
