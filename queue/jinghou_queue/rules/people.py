"""What can be told from an identity number without keeping it."""

from jinghou_queue.contract.identity import Identity, IdentityKind


def birth_date(identity: Identity) -> str | None:
    """YYYYMMDD from the number of a resident, of a 港澳台居民居住证 or of a foreigner's card of 2023; else None."""
    match identity.kind:
        case IdentityKind.RESIDENT | IdentityKind.HMT:
            return identity.number[6:14]
        case IdentityKind.FOREIGNER if len(identity.number) == 18:
            return identity.number[6:14]
        case _:
            return None


def age_on(born: str, day: str) -> int:
    """Full years from YYYYMMDD to the day YYYY-MM-DD."""
    years = int(day[:4]) - int(born[:4])
    return years - (day[5:7] + day[8:10] < born[4:])
