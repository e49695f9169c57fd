"""Settings of the whole test run."""

import pytest
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


def pytest_addoption(parser: pytest.Parser) -> None:
    """Expected files are written anew only when somebody asks for it."""
    parser.addoption(
        "--regenerate", action="store_true", help="write what the golden tests expect anew"
    )


@pytest.fixture
def regenerate(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written instead of compared."""
    return bool(request.config.getoption("--regenerate"))
