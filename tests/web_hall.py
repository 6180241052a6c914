"""Helpers of the tests of pages: a hall that is served, its people logged in, and the system's Chromium."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Page
from queue_house import HALL, House, Server

from jinghou_queue.desk.access import Role

AXE: Final = Path(__file__).parents[1] / "packaging/web/node_modules/axe-core/axe.min.js"
FLAGS: Final = (  # it asks nobody but us
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE: Final[dict[str, Any]] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
PATIENCE_MS: Final = 20_000


@dataclass
class Seat:
    """A browser of somebody in the hall. Whatever its pages complain of is kept in `complaints`."""

    server: Server
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """A tab on that page."""
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda fault: self.complaints.append(str(fault)))
        page.goto(self.server.origin + path)
        return page


@contextlib.contextmanager
def seated(
    browser: Browser, server: Server, role: Role | None = None, session: str | None = None, **options: Any
) -> Iterator[Seat]:
    """A browser of its own, logged in as somebody of that role or with a session that there is."""
    session = server.house.session(role) if session is None and role is not None else session
    with contextlib.closing(
        browser.new_context(**({"locale": "zh-CN", "reduced_motion": "reduce"} | options))
    ) as context:
        if session is not None:
            context.add_cookies(
                [
                    {
                        "name": "jinghou",
                        "value": session,
                        "url": server.origin,
                        "httpOnly": True,
                        "sameSite": "Strict",
                    }
                ]
            )
        yield Seat(server, context)


def arrive(server: Server, token: str, service: str = "tax", name: str | None = "张*") -> str:
    """Somebody takes a number at a kiosk; the number."""
    body = {"service": service, "channel": "kiosk"} | ({} if name is None else {"masked_name": name})
    answer = server.call("POST", f"/halls/{HALL}/tickets", token, body)
    assert answer.status == 201, answer.text
    return str(answer.json["number"])


def breaches(page: Page) -> list[str]:
    """What axe finds wrong with a page, as short lines."""
    page.evaluate(AXE.read_text())  # not a script element: the page's own rules would refuse that
    found = page.evaluate("axe.run()")
    return [f"{each['id']}: {node['html'][:120]}" for each in found["violations"] for node in each["nodes"]]


def house_in(folder: Path, built: Path) -> House:
    """A fresh hall in SQLite, copied from one that was built."""
    file = folder / "hall.db"
    file.write_bytes(built.read_bytes())
    return House.of(folder, f"sqlite:///{file}")
