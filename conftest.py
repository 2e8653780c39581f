"""Settings that every test and every notebook kernel started by nbval inherits."""

import os

from hypothesis import settings

os.environ["COURSEKIT_STATIC"] = "1"
os.environ["PYTHONHASHSEED"] = "0"
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Machines are shared: a slow example is no fault, and a failing one is the same everywhere.
settings.register_profile("course", deadline=None, derandomize=True)
settings.load_profile("course")
