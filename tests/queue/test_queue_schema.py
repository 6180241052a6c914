"""A real server held against its own OpenAPI document: whatever is sent, it answers as documented and never fails.

Derived from the document, so that a new route is tried without being named here. The long form runs under `make soak`.
"""

import contextlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import one_of
from queue_house import DEADLINE_S, HALL, House, Server, serving
from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from jinghou_queue.api.halls import EVENT_STREAM
from jinghou_queue.desk.access import Role

# A well-formed press can be refused for the state of the hall; Litestar reads a body as it reads an address, so that 0
# will do for false; and each of our requests bears the token we give it.
NOT_HELD: list[CheckFunction] = [positive_data_acceptance, negative_data_rejection, ignored_auth]
Case = schemathesis.Case[Any]
Operation = schemathesis.APIOperation[Any, Any, Any, Any]
COUNTERS = ("c1", "c3", "c5")
SERVICES = ("tax", "company", "enquiries")


@dataclass
class Stranger:
    """Sends a server whatever its document allows, and what it does not, with one of some tokens or none."""

    server: Server
    tokens: Sequence[str | None]
    words: Mapping[str, Sequence[str]]
    """What the hall knows, by the name that the document gives it: made-up names would never get beyond a 404."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def send(self, case: Case) -> None:
        """Send a case and hold the answer against the document; of an endless one, its first line."""
        luck = Random(zlib.crc32(repr((case.path_parameters, case.query, case.body)).encode()))  # the same each time
        self._use_known_words(case, luck)
        token = luck.choice(self.tokens)
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        sent = case.as_transport_kwargs(self.url, headers)
        with requests.request(**sent, stream=True, timeout=DEADLINE_S) as answer:
            if answer.headers.get("Content-Type", "").startswith(EVENT_STREAM):
                answer._content = answer.raw.readline()
            case.validate_response(answer, excluded_checks=NOT_HELD, transport_kwargs={"timeout": DEADLINE_S})

    def _use_known_words(self, case: Case, luck: Random) -> None:
        """Put known words into most cases."""
        for place in (case.path_parameters, case.body):
            if isinstance(place, dict):
                for name in sorted(place.keys() & self.words.keys()):
                    if isinstance(place[name], str) and luck.random() < 0.8:
                        place[name] = luck.choice(self.words[name])


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the module on each database."""
    with contextlib.ExitStack() as databases:
        url = None
        if request.param == "postgres":
            url = databases.enter_context(request.getfixturevalue("postgres").database())
        with serving(House.build(tmp_path_factory.mktemp("schema"), url)) as server:
            yield server


@pytest.fixture(scope="module")
def words(server: Server) -> dict[str, Sequence[str]]:
    """Counters at work and people who wait."""
    manager = server.house.token(Role.MANAGER, "words")
    for counter in COUNTERS:
        assert server.call("POST", f"/counters/{counter}/open", manager).status == 200
    body = {"channel": "kiosk"}
    taken = [
        server.call("POST", f"/halls/{HALL}/tickets", manager, {**body, "service": service}).json
        for service in SERVICES * 20
    ]
    return {
        "hall": (HALL,),
        "counter": COUNTERS,
        "service": SERVICES,
        "ticket": [ticket["id"] for ticket in taken],
        "token": [ticket["token"] for ticket in taken],
    }


@pytest.fixture(scope="module", params=["manager", "others"])
def stranger(request: pytest.FixtureRequest, server: Server, words: dict[str, Sequence[str]]) -> Stranger:
    """Somebody who may do nearly everything, or one of the other roles or none."""
    tokens: dict[str, list[str | None]] = {
        "manager": [server.house.token(Role.MANAGER, f"manager-{request.param}")],
        "others": [
            None,
            *(server.house.token(role, f"{role}-{request.param}") for role in Role if role is not Role.MANAGER),
        ],
    }
    return Stranger(server, tokens[request.param], words)


@pytest.fixture(scope="module")
def operations(server: Server) -> list[Operation]:
    """Every call of the server's document."""
    document: Any = schemathesis.openapi.from_url(f"http://127.0.0.1:{server.port}/schema/openapi.json")
    document.config.generation.with_security_parameters = False  # tokens are ours to give and to leave out
    document.config.generation.allow_extra_parameters = False
    return [operation.ok() for operation in document.get_all_operations()]


def send_cases(operation: Operation, stranger: Stranger, examples: int) -> None:
    """Every case at the borders of what the document allows, inside and out, then some made up."""
    modes = list(schemathesis.GenerationMode)
    for case in operation.schema.iter_coverage_cases(
        operation, generation_modes=modes, generation_config=operation.schema.config.generation
    ):
        stranger.send(case)

    @settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(one_of([operation.as_strategy(mode) for mode in modes]))
    def send(case: Case) -> None:
        stranger.send(case)

    send()


def test_every_call_answers_as_documented(
    operations: list[Operation], stranger: Stranger, subtests: pytest.Subtests
) -> None:
    for operation in operations:
        with subtests.test(operation.label):
            send_cases(operation, stranger, 5)


def test_a_body_that_is_too_large_is_refused_as_documented(
    operations: list[Operation], stranger: Stranger, subtests: pytest.Subtests
) -> None:
    for operation in operations:
        if operation.body:
            with subtests.test(operation.label):
                address = {part.name: "none" for part in operation.path_parameters}
                body: Any = {"too": "large" * 20_000}
                stranger.send(operation.Case(path_parameters=address, body=body, media_type="application/json"))


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_every_call_answers_as_documented_for_long(
    operations: list[Operation], stranger: Stranger, subtests: pytest.Subtests
) -> None:
    for operation in operations:
        with subtests.test(operation.label):
            send_cases(operation, stranger, 300)
