"""Biofeedback from a heart-rate strap."""

import os

__version__ = "0.1.0"

# Matrices are small here: further threads of the linear algebra would only wait for each other, at full load.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
