"""Timings: never in a test, because a slow machine must not fail one. `make bench` runs them."""
