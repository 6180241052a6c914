"""A clerk at a counter, for the demo: the buttons that a counter's page will have, over the same calls."""

import secrets
import time
from dataclasses import dataclass
from http import HTTPStatus

import requests

from jinghou_ui.exit import ProgramFault

_PATIENCE_S = 5.0


class ClerkFault(ProgramFault):
    """The server did not do what the clerk asked for; the text is the server's."""


@dataclass(frozen=True)
class CalledPerson:
    """Whom the clerk called, why, and when the button was pressed (CLOCK_MONOTONIC seconds)."""

    number: str
    reason: str
    pressed_at: float


class Clerk:
    """Presses a counter's buttons."""

    def __init__(self, url: str, token: str, counter: str) -> None:
        self.counter = counter
        self._counter_url = f"{url}/api/v1/counters/{counter}"
        self._token = token

    def open(self) -> None:
        """Open the counter for all it can serve."""
        self._press("open")

    def next(self) -> CalledPerson | None:
        """Call the next person; None: nobody waits."""
        pressed_at = time.monotonic()
        answer = self._press("next")
        if answer.status_code == HTTPStatus.NO_CONTENT:
            return None
        called = answer.json()
        return CalledPerson(called["leg"]["number"], called["reason"], pressed_at)

    def recall(self) -> None:
        """Show the person once more."""
        self._press("recall")

    def miss(self) -> None:
        """The person did not come."""
        self._press("miss")

    def start(self) -> None:
        """The person is here."""
        self._press("start")

    def finish(self) -> None:
        """The person is done."""
        self._press("finish")

    def _press(self, button: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": secrets.token_hex(16)}
        with requests.Session() as session:
            session.trust_env = False  # no proxy stands between us and this machine
            answer = session.post(f"{self._counter_url}/{button}", headers=headers, json={}, timeout=_PATIENCE_S)
        if not answer.ok:
            problem = answer.json()
            raise ClerkFault(problem.get("detail") or problem.get("title") or str(answer.status_code))
        return answer
