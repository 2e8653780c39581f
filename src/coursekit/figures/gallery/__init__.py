"""Every figure: ``NAME.py``, ``NAME.js`` and, where it shows results, ``NAME.json``."""
