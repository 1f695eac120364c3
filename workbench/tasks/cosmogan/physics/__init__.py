"""What maps of convergence look like in numbers, and whether two sets of them differ.

Needs no generator and nothing else of the task but a ``Field``. Maps are κ (N, S, S).
A file a statistic; ``summary`` puts them all in one vector a map. A file a test of two
sets, of which the unit is the map; ``comparison`` holds two sets against each other with
one rate of false alarms, ``gates`` gives single numbers.
"""
