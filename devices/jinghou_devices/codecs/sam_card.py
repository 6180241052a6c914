"""The text area of a card: 256 bytes of UTF-16LE in fixed places, four layouts told apart by a letter at byte 248."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from jinghou_devices.kinds.id_reader import CardKind, IdCard

TEXT_BYTES: Final = 256
_TYPE: Final = slice(248, 250)
_LONG_TERM: Final = "长期"
_SEXES: Final = {"1": "男", "2": "女"}

# GB/T 3304, in the order of its codes from 01
_NATION_NAMES: Final = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 "
    "柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 "
    "塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
)
NATIONS: Final[Mapping[str, str]] = MappingProxyType(
    {f"{code:02d}": name for code, name in enumerate(_NATION_NAMES.split(), start=1)} | {"97": "其他", "98": "外国血统"}
)

Places = Mapping[str, tuple[tuple[int, int], ...]]
"""Field name to (offset, bytes), more than one when the field goes on elsewhere."""

RESIDENT: Final[Places] = {
    "name": ((0, 30),),
    "sex": ((30, 2),),
    "nation": ((32, 4),),
    "birth": ((36, 16),),
    "address": ((52, 70),),
    "number": ((122, 36),),
    "issuer": ((158, 30),),
    "valid_from": ((188, 16),),
    "valid_to": ((204, 16),),
}
HMT: Final[Places] = {
    **{k: v for k, v in RESIDENT.items() if k != "nation"},
    "permit_number": ((220, 18),),
    "issue_count": ((238, 4),),
}
FOREIGNER_2017: Final[Places] = {
    "name": ((0, 120),),
    "sex": ((120, 2),),
    "number": ((122, 30),),
    "nation": ((152, 6),),
    "chinese_name": ((158, 30),),
    "valid_from": ((188, 16),),
    "valid_to": ((204, 16),),
    "birth": ((220, 16),),
    "card_version": ((236, 4),),
    "issuer": ((240, 8),),
}
FOREIGNER_2023: Final[Places] = {
    "chinese_name": ((0, 30),),
    "sex": ((30, 2),),
    "issue_count": ((32, 4),),
    "birth": ((36, 16),),
    "name": ((52, 70), (220, 22)),
    "number": ((122, 36),),
    "valid_from": ((188, 16),),
    "valid_to": ((204, 16),),
    "nation": ((242, 6),),
}

Layouts = Mapping[str, tuple[CardKind, Places]]
"""The letter at byte 248 to what follows from it."""

LAYOUTS: Final[Layouts] = MappingProxyType(
    {
        "": (CardKind.RESIDENT, RESIDENT),
        "J": (CardKind.HMT, HMT),
        "I": (CardKind.FOREIGNER, FOREIGNER_2017),
        "Y": (CardKind.FOREIGNER, FOREIGNER_2023),  # known from one source only: a profile may leave it out
    }
)


class BadCard(ValueError):
    """The text area is not of a layout known here. The text repeats nothing of the card but its type letter."""


def parse(text: bytes, layouts: Layouts = LAYOUTS) -> IdCard:
    """The fields of a card. A foreigner has `name` in Latin letters and as `nation` three letters. Raises BadCard."""
    if len(text) != TEXT_BYTES:
        raise BadCard(f"a card's text area has {TEXT_BYTES} bytes, not {len(text)}")
    letter = _decoded(text[_TYPE])
    if letter not in layouts:
        raise BadCard(f"a card of type {letter!r} is not known here")
    kind, places = layouts[letter]
    field = {name: _decoded(b"".join(text[a : a + n] for a, n in spans)) for name, spans in places.items()}
    for required in ("name", "number"):
        if not field[required]:
            raise BadCard(f"the card has no {required}")
    long_term = field["valid_to"] == _LONG_TERM
    return IdCard(
        kind=kind,
        name=field["name"],
        sex=_SEXES.get(field["sex"], ""),
        nation=_nation(kind, field.get("nation", "")),
        birth=_date(field["birth"], "date of birth"),
        address=field.get("address", ""),
        number=field["number"].upper(),
        issuer=field.get("issuer", ""),
        valid_from=_date(field["valid_from"], "first day of validity"),
        valid_to=None if long_term else _date(field["valid_to"], "last day of validity"),
        long_term=long_term,
        chinese_name=field.get("chinese_name", ""),
        permit_number=field.get("permit_number", ""),
        issue_count=field.get("issue_count", ""),
        card_version=field.get("card_version", ""),
    )


def new_address(data: bytes) -> str:
    """The address added to a card later (追加住址), from the reply to READ_NEW_ADDRESS. Raises BadCard."""
    return _decoded(data)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-16-le").replace("\0", " ").strip()
    except UnicodeDecodeError:
        raise BadCard("the card's text is not UTF-16") from None  # the error would quote the text


def _nation(kind: CardKind, code: str) -> str:
    return NATIONS.get(code, "") if kind is CardKind.RESIDENT else code


def _date(text: str, what: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007  # a day, without a time zone
    except ValueError:
        raise BadCard(f"the card's {what} is not a date") from None  # the error would quote it
