"""Settings of the whole test run."""

from hypothesis import HealthCheck, settings

# The quick run is the same every time; `make test-slow` looks further and prints how to replay.
settings.register_profile("quick", derandomize=True, deadline=None, max_examples=50)
settings.register_profile(
    "thorough",
    deadline=None,
    max_examples=300,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("quick")
