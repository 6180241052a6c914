"""What may be set for a terminal from here, in a manager's words. What is left blank, its own file says."""

from collections.abc import Mapping
from typing import Final

from jinghou_queue.contract.terminals import TerminalKind
from jinghou_queue.web.forms import Choices, Field, Kind
from jinghou_queue.web.manager.plan_words import MINUTES
from jinghou_queue.web.pages import Saying

_OWN: Final[tuple[str, Saying]] = ("", ("按终端自己的设置", "as the terminal's own file says"))
_LAYOUTS: Final[Choices] = (
    _OWN,
    ("hall", ("大厅", "a hall's")),
    ("branch", ("银行网点", "a bank branch's")),
    ("community", ("社区", "a community point's")),
)
_SECONDS: Final[Saying] = ("秒", "s")

FIELDS: Final[Mapping[TerminalKind, tuple[Field, ...]]] = {
    TerminalKind.KIOSK: (
        Field(
            "place", ("位置", "Where it stands"), hint=("显示在顶上，如 B 区 03 号", "at the top, such as B 区 03 号")
        ),
        Field("layout", ("首页", "First page"), Kind.CHOICE, choices=_LAYOUTS),
        Field("services", ("本机业务", "Services offered here"), Kind.TICKS, hint=("不选就是全部", "none ticked: all")),
        Field("hot", ("首页先列", "First on its first page"), Kind.TICKS, hint=("最多 8 项", "at most 8")),
        Field(
            "always_open",
            ("不管大厅时间，一直取号", "Gives numbers at every hour"),
            Kind.CHOICE,
            choices=(_OWN, ("true", ("是", "yes")), ("false", ("否", "no"))),
        ),
        Field("early_minutes", ("开门前多久开始取号", "Numbers before opening, from"), Kind.NUMBER, unit=MINUTES),
        Field(
            "long_wait_minutes",
            ("要等多久就提示换时间", "A quieter time is pointed out from a wait of"),
            Kind.NUMBER,
            unit=MINUTES,
        ),
        Field("elsewhere", ("不能取号时去哪里", "Where else to go"), hint=("如 请到一楼人工窗口", "in Chinese")),
        Field("elsewhere_en", ("英文：不能取号时去哪里", "The same in English")),
        Field("language", ("开始的语言", "Language it begins in"), hint=("代码，如 zh", "a code, such as zh")),
        Field(
            "languages",
            ("可选的语言", "Languages to choose from"),
            Kind.LINES,
            hint=("每行一个代码，如 zh", "a code a line, such as zh"),
        ),
        Field("session.idle_s", ("无人操作多久后询问", "Asks whether you are there after"), Kind.NUMBER, unit=_SECONDS),
        Field("session.warning_s", ("询问后多久回到首页", "Then returns home after"), Kind.NUMBER, unit=_SECONDS),
        Field("session.done_s", ("号票显示多久", "A ticket stays for"), Kind.NUMBER, unit=_SECONDS),
        Field("brand.name", ("顶上的名称", "Name at the top"), hint=("不填就是大厅名称", "empty: the hall's")),
        Field("brand.name_en", ("顶上的英文名称", "The same in English")),
        Field("brand.accent", ("主色", "Colour"), hint=("如 #14576B", "such as #14576B")),
        Field(
            "staff.away",
            ("断网时呼叫工作人员的提示", "Asking for staff without the server"),
            hint=("如 请到二楼咨询台", "in Chinese"),
        ),
        Field("staff.away_en", ("英文：断网时的提示", "The same in English")),
    ),
    TerminalKind.BOARD: (
        Field(
            "services",
            ("显示的业务", "Services whose calls it shows"),
            Kind.TICKS,
            hint=("不选就是全部", "none ticked: all"),
        ),
        Field("viewing_distance_m", ("多远能看清", "Read from"), Kind.NUMBER, unit=("米", "m")),
    ),
    TerminalKind.COUNTER_PAD: (Field("counter", ("放在哪个窗口", "The counter it lies at"), Kind.CHOICE),),
}
