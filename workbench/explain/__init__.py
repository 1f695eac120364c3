"""Why a network answers as it does, and whether that explanation is to be believed.

A :class:`~workbench.explain.question.Question` is a weighted sum of a network's answers
about some samples; ``methods`` share its value out among the cells of their inputs, by
Captum; ``badges`` say whether such a map may be trusted, ``scores`` how well it finds
what the simulator put there, beside maps that ask no network.
"""
