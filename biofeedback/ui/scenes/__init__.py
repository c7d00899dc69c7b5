"""Pictures that answer the breath and the heart: a scene a file, all fed in the same way (`scene.py`)."""
