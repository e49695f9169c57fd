"""Worlds drawn by lot: a few of them in the quick run, all in the slow one."""

from typing import Any

import pytest

__all__ = ["seeds"]


def seeds(quick_count: int, whole_count: int) -> list[Any]:
    """Seeds from 0 for `parametrize`; those from `quick_count` on are slow."""
    slow = range(quick_count, whole_count)
    return [*range(quick_count), *(pytest.param(seed, marks=pytest.mark.slow) for seed in slow)]
