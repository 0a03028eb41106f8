"""The checks of every store, one group a file."""
