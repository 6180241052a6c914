"""Gateways of messages for the tests: a server of HTTP that keeps what it was asked, and answers what it is told to.

How a request must be signed is worked out here anew, from the vendors' documents and without a line of the channels'.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

KEY_ID, KEY_SECRET = "LTAI-test", "aliyun-secret-of-tests"
WEBHOOK_SECRET = "webhook-secret-of-tests"


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    raw_query: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Says:
    """An answer: a status, a body, headers; `hold` is waited for first, and no status hangs up."""

    status: int | None = 200
    body: object = ""
    headers: dict[str, str] = field(default_factory=dict)
    hold: threading.Event | None = None


@dataclass
class Gateway:
    """Answers with the next of `answers`, and then with the last of them for ever; `judge` may refuse first."""

    answers: list[Says]
    judge: Callable[[Asked], Says | None] = lambda _: None
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, asked: Asked) -> Says:
        with self._lock:
            self.asked.append(asked)
            refusal = self.judge(asked)
            if refusal is not None:
                return refusal
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextlib.contextmanager
def gateway(*answers: Says, judge: Callable[[Asked], Says | None] = lambda _: None) -> Iterator[Gateway]:
    """A gateway on a free port."""
    made = Gateway(list(answers), judge)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            says = made.answer(Asked(self.command, parts.path, query, parts.query, headers, body))
            if says.hold is not None:
                says.hold.wait(30)
            self.close_connection = True
            if says.status is None:
                return
            text = says.body if isinstance(says.body, str) else json.dumps(says.body, ensure_ascii=False)
            with contextlib.suppress(OSError):  # whoever asked has given up
                self.send_response(says.status)
                for name, value in {
                    **says.headers,
                    "Content-Length": str(len(text.encode())),
                    "Connection": "close",
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

        do_GET = do_POST  # noqa: N815  # the base class names them

        def log_message(self, *_: object) -> None:
            """Not into the tests' output."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        made.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield made
        finally:
            for says in made.answers:
                if says.hold is not None:
                    says.hold.set()
            server.shutdown()
            thread.join()


def signed_for_aliyun(asked: Asked) -> Says | None:
    """As Aliyun: refuse a request whose signature (ACS3-HMAC-SHA256) is another than ours of the same request."""
    scheme, _, rest = asked.headers.get("authorization", "").partition(" ")
    parts = dict(part.split("=", 1) for part in rest.split(","))
    names = parts["SignedHeaders"].split(";")
    query = "&".join(
        sorted(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in asked.query.items())
    )
    digest = hashlib.sha256(asked.body).hexdigest()
    lines = [asked.method, asked.path, query]
    lines += [f"{name}:{asked.headers[name].strip()}" for name in names]
    lines += ["", ";".join(names), digest]
    hashed = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    ours = hmac.new(KEY_SECRET.encode(), f"ACS3-HMAC-SHA256\n{hashed}".encode(), hashlib.sha256).hexdigest()
    must = {"host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"}
    right = (
        scheme == "ACS3-HMAC-SHA256"
        and names == sorted(names)
        and must <= set(names)
        and asked.headers["x-acs-content-sha256"] == digest
        and parts["Credential"] == KEY_ID
        and hmac.compare_digest(parts["Signature"], ours)
    )
    return None if right else Says(400, {"Code": "SignatureDoesNotMatch", "Message": "…", "RequestId": "R"})


def webhook_signature(secret: str, name: str, timestamp: str, body: bytes) -> str:
    """As Standard Webhooks 1.0 has it."""
    signed = b".".join((name.encode(), timestamp.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(secret.encode(), signed, "sha256")).decode()


def signed_as_webhook(asked: Asked) -> Says | None:
    """Refuse what is not signed."""
    right = webhook_signature(
        WEBHOOK_SECRET, asked.headers["webhook-id"], asked.headers["webhook-timestamp"], asked.body
    )
    return None if asked.headers["webhook-signature"] == right else Says(401)
