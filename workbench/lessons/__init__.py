"""Lessons: the mathematics of teaching notebooks, without anything drawn."""

from workbench.lessons.exercise import check

__all__ = ["check"]
