"""Trained small language models, stored small, and the table of their perplexities."""
