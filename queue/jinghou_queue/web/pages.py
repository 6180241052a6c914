"""What every page shares: its templates, the reader's language, the headers that keep it safe, and its files.

A page is HTML that works without a script. `/static` has one sheet of style for citizens and one for staff, our own
script, and the libraries that set-up fetched; nothing is loaded from anywhere else.
"""

import hashlib
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, Literal

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import MediaType, Request, Response, Router
from litestar.static_files import create_static_files_router
from markupsafe import Markup

Language = Literal["zh", "en"]
Saying = tuple[str, str]
"""The same in Chinese and in English."""

_WEB: Final = Path(__file__).parent
_FOLDERS: Final = (_WEB / "static", _WEB / "vendor")  # `vendor` is filled by packaging/setup
LANGUAGE_COOKIE: Final = "language"
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Vary": "Accept-Language, Cookie",
}


@cache
def asset(name: str) -> str:
    """The address of one of our files, another one whenever its content is. Raises FileNotFoundError."""
    file = next((file for folder in _FOLDERS if (file := folder / name).is_file()), None)
    if file is None:
        raise FileNotFoundError(f"{name} is missing: run packaging/setup")
    return f"/static/{name}?{hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"


PAGES: Final = Environment(
    loader=PackageLoader("jinghou_queue.web"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
PAGES.globals["asset"] = asset


def choose_language(accepted: str) -> Language:
    """The better of Chinese and English for an Accept-Language header; Chinese when it names neither."""
    best: Language = "zh"
    best_weight = 0.0
    for part in accepted.split(","):
        tag, _, parameters = part.strip().partition(";")
        _, _, weight_text = parameters.partition("q=")
        try:
            weight = float(weight_text) if weight_text else 1.0
        except ValueError:
            continue
        if weight > best_weight:
            match tag.partition("-")[0].strip().lower():
                case "zh":
                    best, best_weight = "zh", weight
                case "en":
                    best, best_weight = "en", weight
    return best


def language_of(request: Request[Any, Any, Any]) -> Language:
    """What the reader chose on a page of ours, else what the browser prefers."""
    match request.cookies.get(LANGUAGE_COOKIE):
        case "zh":
            return "zh"
        case "en":
            return "en"
        case _:
            return choose_language(request.headers.get("accept-language", ""))


def speak(language: Language) -> Callable[[str, str], str]:
    """What templates write both languages with: `t("取号", "Take a number")`."""
    return partial(_say, language)


def _say(language: Language, chinese: str, english: str) -> str:
    return chinese if language == "zh" else english


def render(name: str, language: Language, status: int = 200, **values: object) -> Response[str]:
    """A page, or a part of one, as an answer."""
    html = PAGES.get_template(name).render(language=language, t=speak(language), **values)
    return Response(html, status_code=status, headers=HEADERS, media_type=MediaType.HTML)


def picture_of(text: str) -> Markup:
    """A QR code as SVG, large enough to be read from a phone's glass."""
    return Markup(segno.make_qr(text, error="m").svg_inline(border=2, dark="#1D2B36", omitsize=True))  # noqa: S704  # ours


def static_files() -> Router:
    """The files below /static. Their addresses change with their content, so a browser asks for each once."""
    return create_static_files_router(
        path="/static",
        directories=[folder for folder in _FOLDERS if folder.is_dir()],
        include_in_schema=False,
        cache_control=None,
        after_request=_keep,
    )


def _keep(response: Response[Any]) -> Response[Any]:
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
