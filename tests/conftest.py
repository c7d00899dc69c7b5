from hypothesis import HealthCheck, settings

# A deadline would make a slow machine fail; the same examples everywhere make a failure easy to repeat
settings.register_profile(
    "project", deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("project")
