"""Routes for numbers taken by phone in the hall: the rotating code on a screen, a claim for it, a number for that.

Neither the claim nor the number needs a bearer token: who stands before the screen may have one.
"""

from functools import partial

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from jinghou_queue import scans
from jinghou_queue.api.auth import allows, refuse_other_halls
from jinghou_queue.api.halls import estimated
from jinghou_queue.api.office import Office
from jinghou_queue.api.problems import described
from jinghou_queue.api.tickets import NO_STORE, told, wish_for
from jinghou_queue.contract.messages import Channel, TakeNumber, Ticket
from jinghou_queue.contract.people import ClaimNumber, HallCode, PhoneClaim, TakeByPhone
from jinghou_queue.desk import phone_numbers
from jinghou_queue.desk.access import Role
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.numbers import Taken
from jinghou_queue.rules.rotating import step_at, valid_until

_ACTOR = "phone"


@get(
    "/halls/{hall:str}/code",
    operation_id="viewCode",
    summary="The code that phones scan",
    tags=["phones"],
    guards=[refuse_other_halls, allows(Role.TERMINAL, Role.USHER, Role.MANAGER)],
    responses=described(403, 404, 409),
)
async def view_code(hall: FromPath[str], office: NamedDependency[Office]) -> Response[HallCode]:
    """What a screen of the hall shows as a QR code until `next_at`; then ask again."""
    now = office.now()
    offer = await office.store.read(partial(phone_numbers.offer, hall=hall, at=now))
    step = step_at(now, offer.step_ms)
    code = scans.hall_code(office.keys, hall, step)
    return Response(
        HallCode(
            code=code,
            url=f"{office.public_url}/h/{hall}?code={code}",
            next_at=step + offer.step_ms,
            valid_until=valid_until(step, offer.step_ms),
            next_in_ms=step + offer.step_ms - now,
        ),
        headers=NO_STORE,
    )


@post(
    "/halls/{hall:str}/phone-claims",
    operation_id="claimNumber",
    summary="What a scan is worth",
    tags=["phones"],
    responses=described(404, 409, 422, 429, needs_token=False),
    security=[{}],
    status_code=201,
)
async def claim_number(
    hall: FromPath[str], data: JSONBody[ClaimNumber], office: NamedDependency[Office]
) -> Response[PhoneClaim]:
    """A claim to one number of an open service, for some minutes, in exchange for the code that a screen shows."""
    return Response(await claimed(office, hall, data.code), status_code=201, headers=NO_STORE)


@post(
    "/halls/{hall:str}/phone-tickets",
    operation_id="takeNumberByPhone",
    summary="Take a number by phone in the hall",
    tags=["phones"],
    responses=described(404, 409, 422, 429, needs_token=False),
    security=[{}],
    status_code=201,
)
async def take_number_by_phone(
    hall: FromPath[str], data: JSONBody[TakeByPhone], office: NamedDependency[Office]
) -> Response[Ticket]:
    """The number that a claim is worth; the same request again is answered with the same number."""
    return told(office, hall, await taken_by_phone(office, hall, data))


async def claimed(office: Office, hall: str, code: str) -> PhoneClaim:
    """A claim for a code that was scanned. Raises Refused: HALL_UNKNOWN, PHONE_NUMBERS_OFF, CODE_EXPIRED."""
    now = office.now()
    offer = await office.store.read(partial(phone_numbers.offer, hall=hall, at=now))
    return _claim(office, offer, scans.exchange(office.keys, hall, code, now, offer.step_ms, office.random))


async def kept(office: Office, hall: str, claim: str) -> PhoneClaim:
    """What a claim is still worth. Raises Refused: HALL_UNKNOWN, PHONE_NUMBERS_OFF, CODE_EXPIRED."""
    now = office.now()
    offer = await office.store.read(partial(phone_numbers.offer, hall=hall, at=now))
    return _claim(office, offer, scans.read_claim(office.keys, hall, claim, now))


def _claim(office: Office, offer: phone_numbers.Offer, claim: scans.Claim) -> PhoneClaim:
    hall = offer.hall.id
    return PhoneClaim(
        claim=scans.claim_text(office.keys, hall, claim),
        valid_until=claim.until,
        hall=offer.hall,
        services=estimated(office, hall, offer.services),
    )


async def taken_by_phone(office: Office, hall: str, asked: TakeByPhone) -> Taken:
    """The number that a claim is worth. Raises Refused."""
    now = office.now()
    claim = scans.read_claim(office.keys, hall, asked.claim, now)
    fingerprint = office.keys.fingerprint(_ACTOR, hall, msgspec.json.encode(asked).decode())
    press = Press(hall, _ACTOR, now, f"{_ACTOR}:{claim.id}", fingerprint)
    number = TakeNumber(
        service=asked.service, channel=Channel.PHONE, identity=asked.identity, masked_name=asked.masked_name
    )
    wish = wish_for(office, hall, number, proven=False)
    work = partial(phone_numbers.take_by_phone, press=press, wish=wish, shown_at=claim.shown_at)
    return await office.store.transact(work, press.hall)
