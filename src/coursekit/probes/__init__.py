"""Measurements of a model from outside: behaviour, gradients through time, memory."""
