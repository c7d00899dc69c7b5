"""The names of devices that need no library: what a setting holds before any device is opened."""

NO_STRAP = "none:"
"""A practice without a strap."""
JOINED = " + "
"""Between two device URIs."""
