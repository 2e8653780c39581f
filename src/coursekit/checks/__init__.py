"""Student side: check an answer at once and say what is wrong with it."""
