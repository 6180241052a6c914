"""The kiosk's first page in Chromium in kiosk mode, which the kiosk is held against: a page made of our own words,
colours and sizes, and the browser's processes."""

import html
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar, Final

from jinghou_config.colour import accents_of
from jinghou_config.terminal import BrandSettings, ScreenSettings
from jinghou_kiosk.events import Language
from jinghou_ui.gallery import sample_hall
from jinghou_ui.qt import FAMILY, QML
from jinghou_ui.words import words

CHROMIUM: Final = Path("/usr/bin/chromium")
_FLAGS: Final = (
    "--headless",
    "--kiosk",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE_S: Final = 30.0

_PAGE: Final = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>{hall}</title><style>
* {{ box-sizing: border-box; margin: 0 }}
body {{ width: {width}px; height: {height}px; padding: {page}px; background: {paper}; color: {ink};
  font: {body}px/1.45 "{family}"; display: flex; flex-direction: column; gap: {block}px; overflow: hidden }}
header, footer {{ display: flex; justify-content: space-between; align-items: center }}
h1 {{ font-size: {display}px; line-height: 1.3 }}
.soft {{ color: {inkSoft}; font-size: {note}px }}
.hero {{ background: {accent}; color: #fff; border-radius: {radius}px; padding: {inset}px; flex: 1 }}
.hero b {{ font-size: {hero}px }}
.grid {{ display: grid; grid-template-columns: 1fr 1fr; gap: {gap}px }}
.tile {{ background: #fff; border: 1px solid {line}; border-radius: {radius}px; height: {tile}px; padding: {gap}px }}
.tile b {{ font-size: {title}px; display: block }}
button {{ height: {touch}px; border: 1px solid {line}; border-radius: {touch}px; background: none; font: inherit;
  padding: 0 {gap}px }}
</style>
<header><div><b>{hall}</b><div class="soft">{place}</div></div><div id="clock"></div></header>
<h1>{headline}</h1>
<div class="hero"><b>{card}</b><p>{card_how}</p><button style="color: #fff">{no_card}</button></div>
<div class="grid">{tiles}</div>
<div class="grid">{ways}</div>
<footer>{foot}</footer>
<script>
const tell = () => document.getElementById("clock").textContent = new Date().toTimeString().slice(0, 5);
tell(); setInterval(tell, 1000);
new PerformanceObserver(list => {{
  for (const paint of list.getEntriesByName("first-contentful-paint"))
    fetch("/painted", {{ method: "POST", body: String((performance.timeOrigin + paint.startTime) / 1000) }});
}}).observe({{ type: "paint", buffered: true }});
</script>"""


def home_page(screen: ScreenSettings) -> str:
    """A hall's first page as HTML, as large as on that glass."""
    say, hall = words(Language.ZH), sample_hall()

    def tile(title: str, note: str) -> str:
        return f'<div class="tile"><b>{html.escape(title)}</b><span class="soft">{html.escape(note)}</span></div>'

    sizes = {
        "page": 20, "block": 14, "gap": 8, "inset": 20, "radius": 9, "touch": 24, "tile": 64,
        "note": 8, "body": 9.4, "title": 14, "display": 22, "hero": 28,
    }  # fmt: skip
    return _PAGE.format(
        **{name: round(length * screen.px_per_mm) for name, length in sizes.items()},
        **_colours(),
        accent=accents_of(BrandSettings().accent)["accent"],
        family=FAMILY,
        width=screen.width_px,
        height=screen.height_px,
        hall=hall.name,
        place="B 区 03 号",
        headline=say["home"]["title"],
        card=say["home"]["card"],
        card_how=say["home"]["card_how"],
        no_card=say["home"]["no_card"],
        tiles="".join(
            tile(service.name, say["service"]["waiting"].replace("%1", str(service.waiting)))
            for service in hall.services
        ),
        ways=tile(say["arrive"]["tile"], say["arrive"]["tile_how"])
        + tile(say["my_number"]["tile"], say["my_number"]["tile_how"]),
        foot="".join(
            f"<button>{html.escape(text)}</button>"
            for text in (say["foot"]["large"], "English", say["foot"]["contrast"], say["call_staff"]["call"])
        ),
    )


def _colours() -> dict[str, str]:
    """The theme's, as a kiosk has them: the last that is named for each."""
    theme = (QML / "Jinghou/Theme.qml").read_text("utf-8")
    named = dict(re.findall(r"color (paper|ink|inkSoft|line): .*(#[0-9A-F]{6})", theme))
    assert len(named) == 4
    return named


class Browser:
    """A Chromium that shows the page; `painted_s` after its start."""

    def __init__(self, process: "subprocess.Popen[bytes]", painted_s: float) -> None:
        self.pid = process.pid
        self.painted_s = painted_s


@contextmanager
def browser(screen: ScreenSettings, profile: Path) -> Iterator[Browser]:
    """Chromium in kiosk mode with a new `profile`, from its first paint on."""
    with _serving(home_page(screen)) as (url, painted):
        command = [str(CHROMIUM), *_FLAGS, f"--user-data-dir={profile}"]
        command.append(f"--window-size={screen.width_px},{screen.height_px}")
        begun = time.time()
        with subprocess.Popen([*command, url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                assert painted.happened.wait(_PATIENCE_S), "Chromium painted nothing"
                yield Browser(process, painted.at - begun)
            finally:
                process.terminate()


class _Painted:
    """When the page was on the glass, in Unix seconds, as the page itself tells."""

    def __init__(self) -> None:
        self.happened = threading.Event()
        self.at = 0.0


@contextmanager
def _serving(page: str) -> Iterator[tuple[str, _Painted]]:
    """The page on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        painted: ClassVar = _Painted()

        def do_GET(self) -> None:
            self._answer(page.encode())

        def do_POST(self) -> None:
            self.painted.at = float(self.rfile.read(int(self.headers["Content-Length"])))
            self.painted.happened.set()
            self._answer(b"")

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", Handler.painted
        finally:
            server.shutdown()
            thread.join()
