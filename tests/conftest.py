import gc
import os
import tempfile
from pathlib import Path

# No test, and no process that one starts, ever touches a real keychain; `tests/storage/keychains.py` has one in memory
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
os.environ.pop("BIOFEEDBACK_PASSPHRASE", None)
# Nor is anything rescued into the folders of whoever runs them
os.environ["XDG_STATE_HOME"] = str(Path(tempfile.gettempdir()) / f"biofeedback-tests-{os.getpid()}")

from hypothesis import HealthCheck, settings

# Looked for seldom: what goes in circles is little, and all that is loaded would be gone through each time
gc.set_threshold(20_000)

# A deadline would make a slow machine fail; the same examples everywhere make a failure easy to repeat
settings.register_profile(
    "project", deadline=None, derandomize=True, max_examples=25, suppress_health_check=[HealthCheck.too_slow]
)
# The long way, other examples each time: HYPOTHESIS_PROFILE=thorough
settings.register_profile("thorough", settings.get_profile("project"), derandomize=False, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "project"))
