"""Stores that are broken on purpose, each in one way, and which checks find it out."""
