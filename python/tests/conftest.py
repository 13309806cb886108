"""Fixtures of all tests."""

import os
import shutil

import pytest

import mlp_lab


@pytest.fixture(scope="session")
def mlp():
    """The command, whose results are compared with; tests that need it are skipped loudly without it."""
    program = os.environ.get("MLP")
    if not program or not shutil.which(program):
        pytest.skip("SKIPPED: the environment variable MLP does not name the program mlp, so nothing is compared with it")
    return program


@pytest.fixture(scope="session")
def moons():
    """A population in memory."""
    return mlp_lab.population("moons", nets=3, steps=40, record="every:20", sweep={"weight_decay": [0, 1e-3]})
