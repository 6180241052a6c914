"""People who do not exist: cards with valid check digits from places that no register knows."""

import random
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

_SURNAMES: Final = "沐泠澄漪汀岚霁砚"
_GIVEN: Final = ("静候", "云溪", "知秋", "听雨", "青岚", "临川", "望舒", "若水")
_LATIN: Final = ("SAMPLE, ADA", "SPECIMEN, BERYL", "EXAMPLE, CONRAD")
_NO_SUCH_PLACE: Final = "100000"  # GB/T 2260 begins at 11 for places, and 81 to 83 for Hong Kong, Macao, Taiwan
_NO_SUCH_REGION: Final = "840000"
_NO_SUCH_COUNTRY: Final = "UTO"
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Kind(StrEnum):
    """Which card; the year tells the two of foreigners apart."""

    RESIDENT = "resident"
    HMT = "hmt"
    FOREIGNER = "foreigner"
    FOREIGNER_2023 = "foreigner_2023"


@dataclass(frozen=True, kw_only=True)
class Person:
    """What a card will say; dates as eight digits, `valid_to` perhaps 长期, `nation` a code or a country."""

    kind: Kind
    name: str
    sex: str
    nation: str
    birth: str
    address: str
    number: str
    issuer: str
    valid_from: str
    valid_to: str
    chinese_name: str = ""
    permit_number: str = ""
    issue_count: str = ""
    card_version: str = ""
    new_address: str = ""  # added to the card later; most have none


_GIVABLE: Final = frozenset(Person.__dataclass_fields__) - {"kind"}


def number_of(place: str, birth: str, serial: int) -> str:
    """An 18-character number with its check digit (GB 11643)."""
    body = f"{place}{birth}{serial:03d}"
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True))
    return body + "10X98765432"[total % 11]


def invent(kind: Kind, rng: random.Random, given: dict[str, str]) -> Person:
    """Somebody new, with the fields of `given` as they are. Raises ValueError for a field that no card has."""
    unknown = set(given) - _GIVABLE
    if unknown:
        raise ValueError(f"a card has no {min(unknown)}; fields are {', '.join(sorted(_GIVABLE))}")
    birth = given.get("birth") or _some_day(rng)
    sex = rng.choice("12")
    serial = rng.randrange(10, 500) * 2 - (sex == "1")  # odd for men
    name = rng.choice(_SURNAMES) + rng.choice(_GIVEN)
    resident = Person(
        kind=kind,
        name=name,
        sex=sex,
        nation=f"{rng.randrange(1, 57):02d}",
        birth=birth,
        address=f"云溪市静候区听雨路{rng.randrange(1, 999)}号{rng.randrange(1, 30)}幢{rng.randrange(101, 2999)}室",
        number=number_of(_NO_SUCH_PLACE, birth, serial),
        issuer="云溪市公安局静候分局",
        valid_from="20200101",
        valid_to=rng.choice(("20400101", "长期")),
    )
    return Person(**{**asdict(_of_kind(resident, serial, rng)), **given})


def _of_kind(person: Person, serial: int, rng: random.Random) -> Person:
    match person.kind:
        case Kind.RESIDENT:
            return person
        case Kind.HMT:
            number = number_of(_NO_SUCH_REGION, person.birth, serial)
            permit = f"Z{rng.randrange(10**8):08d}"
            return replace(
                person, nation="", number=number, permit_number=permit, issue_count="01", valid_to="20250101"
            )
        case Kind.FOREIGNER:
            number = f"{_NO_SUCH_COUNTRY}{rng.randrange(10**12):012d}"
        case Kind.FOREIGNER_2023:
            number = number_of("900000", person.birth, serial)
    return replace(
        person,
        name=rng.choice(_LATIN),
        chinese_name=person.name,
        nation=_NO_SUCH_COUNTRY,
        address="",
        number=number,
        issuer="0000" if person.kind is Kind.FOREIGNER else "",
        card_version="01" if person.kind is Kind.FOREIGNER else "",
        issue_count="02" if person.kind is Kind.FOREIGNER_2023 else "",
        valid_to="20300101",
    )


def _some_day(rng: random.Random) -> str:
    return (date(1950, 1, 1) + timedelta(days=rng.randrange(20_000))).strftime("%Y%m%d")
