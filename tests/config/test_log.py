"""Logs: what is not named as safe does not get out."""

import io
import json
import logging
import threading
from typing import Any

import pytest

from jinghou_config.log import REDACTED, LogSettings, configure_logging, get_logger


@pytest.fixture
def stream() -> io.StringIO:
    text = io.StringIO()
    configure_logging(LogSettings(), text)
    return text


def last(stream: io.StringIO) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(stream.getvalue().splitlines()[-1])
    return line


def test_a_field_that_nobody_named_as_safe_is_redacted(stream: io.StringIO) -> None:
    get_logger("t").info("card read", device="id_reader", name="张三", id_number="11010519491231002X")
    line = last(stream)
    assert line["device"] == "id_reader"
    assert line["name"] == line["id_number"] == REDACTED


def test_an_error_tells_where_and_not_what_it_said(stream: io.StringIO) -> None:
    try:
        raise ValueError("bad number 11010519491231002X")
    except ValueError:
        get_logger("t").exception("take failed")
    line = last(stream)
    assert line["error"] == "ValueError"
    assert "test_log.py" in line["where"][-1]
    assert "1101051949" not in stream.getvalue()


def test_a_librarys_message_loses_its_arguments(stream: io.StringIO) -> None:
    logging.getLogger("urllib3").warning("Retrying %s", "/t/secret-token")
    assert last(stream)["event"] == "Retrying %s"
    assert "secret-token" not in stream.getvalue()


def test_below_the_level_nothing_is_written(stream: io.StringIO) -> None:
    get_logger("t").debug("noise")
    assert stream.getvalue() == ""


def test_what_nobody_caught_goes_through_the_white_list(stream: io.StringIO) -> None:
    def fail() -> None:
        raise ValueError("11010519491231002X")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert last(stream)["error"] == "ValueError"
    assert "1101051949" not in stream.getvalue()
