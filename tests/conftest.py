"""What holds for every test."""

from collections.abc import Iterator

import pytest
from log_restoring import logging_restored


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """A command that is run inside a test configures the process's logging, to a stream that ends with the test."""
    with logging_restored():
        yield
