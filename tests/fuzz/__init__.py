"""Hostile input for decoders and for the way of a beat, and what must hold whatever comes.

    python -m tests.fuzz packets --n 1000000
    python -m tests.fuzz frames --n 1000000
    python -m tests.fuzz bands --n 1000000
    python -m tests.fuzz beats --n 1000000

Everything follows from a seed. A failure is told with the line that repeats it and the shortest input that still fails.
"""
