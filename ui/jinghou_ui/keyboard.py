"""The keyboard on the glass: Qt's own, in our clothes. How one types on it, and that it keeps nothing of what is typed.

Without PySide6-Addons there is no such keyboard; the page of the search then has letters of our own (`LetterKeys.qml`).
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLibraryInfo, QLoggingCategory

from jinghou_config.log import get_logger
from jinghou_kiosk.events import Language

ENTRY_POINTS: Final = "jinghou.input_methods"
"""The group in which another package offers an InputMethod."""

LAYOUTS: Final = Path(str(files("jinghou_ui") / "layouts"))
_QUIET: Final = "qt.qml.propertyCache.append=false\nqt.multimedia.*=false\nqt.virtualkeyboard.pinyin=false"
"""What Qt's keyboard says while it loads, on a thread that Qt's own waits for: a log in Python would hold up both."""

log = get_logger(__name__)


@dataclass(frozen=True)
class InputMethod:
    """A way to type. `layouts` is a folder of Qt Virtual Keyboard's layouts, of which the one for `locale` is used.

    `languages` are the codes of those it is offered in, `imports` is where its QML modules are.
    """

    name: str
    name_en: str
    locale: str
    languages: tuple[str, ...]
    layouts: Path = LAYOUTS
    imports: Path | None = None


PINYIN: Final = InputMethod("拼音", "Pinyin", "zh_CN", ("zh",))
LATIN: Final = InputMethod("字母", "Letters", "en_GB", ("en",))


class Keyboard:
    """What is typed with. In `folder` Qt and input methods may keep what they like, until the visit ends."""

    def __init__(self, methods: tuple[InputMethod, ...], folder: Path) -> None:
        self.methods = methods
        self.folder = folder
        self._visit = ""

    def methods_for(self, language: Language) -> tuple[InputMethod, ...]:
        """Those to choose from, the house's first. Where nobody knows the language there are the letters."""
        return tuple(method for method in self.methods if language.code in method.languages) or (LATIN,)

    def visit_seen(self, visit: str) -> None:
        """The visit of that id is on the glass. Of the one before nothing stays on the disk.

        In memory the engine keeps no words from the start: `SearchPage.qml` tells it that they are nobody's business.
        """
        if visit == self._visit:
            return
        self._visit = visit
        for left in (path for path in self.folder.rglob("*") if path.is_file()):
            left.unlink(missing_ok=True)


@contextmanager
def keyboard_of_process() -> Iterator[Keyboard | None]:
    """The keyboard, while the block lasts; to be called before Qt begins. None where there is none."""
    folder = Path(tempfile.mkdtemp(prefix="jinghou-keyboard-", dir=os.environ.get("XDG_RUNTIME_DIR")))
    try:
        yield _prepared(folder) if _is_there() else None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_there() -> bool:
    qml = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.QmlImportsPath))
    return (qml / "QtQuick/VirtualKeyboard/qmldir").exists()


def _prepared(folder: Path) -> Keyboard:
    """Qt reads these when it begins. The pinyin engine keeps its user's dictionary below XDG_CONFIG_HOME alone."""
    methods = (PINYIN, LATIN, *_of_others())
    QLoggingCategory.setFilterRules(_QUIET)
    os.environ["XDG_CONFIG_HOME"] = str(folder)
    os.environ["QT_IM_MODULE"] = "qtvirtualkeyboard"
    os.environ["QT_VIRTUALKEYBOARD_DESKTOP_DISABLE"] = "1"
    os.environ["QT_VIRTUALKEYBOARD_STYLE"] = "Jinghou"
    os.environ["QT_VIRTUALKEYBOARD_LAYOUT_PATH"] = str(LAYOUTS)
    os.environ["QML_IMPORT_PATH"] = os.pathsep.join(str(method.imports) for method in methods if method.imports)
    return Keyboard(methods, folder)


def _of_others() -> Iterator[InputMethod]:
    """What other packages offer. One that cannot be used is said in the log, and is not there."""
    for offer in entry_points(group=ENTRY_POINTS):
        try:
            method = offer.load()
        except Exception:  # another's code: whatever it raises, people can still type
            log.exception("input method cannot be loaded", reason=offer.name)
            continue
        if not isinstance(method, InputMethod) or not (method.layouts / method.locale / "main.qml").exists():
            log.error(
                "input method cannot be used", reason=f"{offer.name}: no InputMethod, or no main.qml for its locale"
            )
            continue
        yield method
