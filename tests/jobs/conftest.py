"""Jobs on PostgreSQL are slow tests: the quick run asks the store alone about that dialect."""

from pathlib import Path

import pytest

_HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before anything is chosen by its marks."""
    for item in items:
        if _HERE in item.path.parents and "postgresql" in _parameters(item):
            item.add_marker(pytest.mark.slow)


def _parameters(item: pytest.Item) -> list[object]:
    return list(item.callspec.params.values()) if hasattr(item, "callspec") else []
