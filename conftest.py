"""Settings that every test and every notebook kernel started by nbval inherits."""

import os

os.environ["COURSEKIT_STATIC"] = "1"
os.environ["PYTHONHASHSEED"] = "0"
os.environ.setdefault("OMP_NUM_THREADS", "1")
