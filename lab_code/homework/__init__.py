"""Homework that can be graded: exercises with numbers of each student's own, and their checks."""
