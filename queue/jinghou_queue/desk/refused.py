"""Why a press is refused, as a closed set. The API turns each into a problem of the same name."""

from dataclasses import dataclass
from enum import Enum

from jinghou_queue.contract.messages import BookedFor


@dataclass(frozen=True)
class ProblemKind:
    """A stable name, the HTTP status it is answered with, and a title."""

    slug: str
    status: int
    title: str


class Refusal(Enum):
    """Everything the desk can refuse."""

    HALL_UNKNOWN = ProblemKind("hall-unknown", 404, "There is no such hall")
    SERVICE_UNKNOWN = ProblemKind("service-unknown", 422, "The hall has no such service")
    COUNTER_UNKNOWN = ProblemKind("counter-unknown", 404, "The hall has no such counter")
    TICKET_UNKNOWN = ProblemKind("ticket-unknown", 404, "The hall has no such ticket")
    IDENTITY_REQUIRED = ProblemKind("identity-required", 422, "This service needs an identity document")
    COUNTER_SERVICE = ProblemKind("counter-service", 422, "The counter cannot serve that")
    COUNTER_CLOSED = ProblemKind("counter-closed", 409, "The counter is closed")
    COUNTER_BUSY = ProblemKind("counter-busy", 409, "The counter has somebody already")
    COUNTER_IDLE = ProblemKind("counter-idle", 409, "Nobody is at the counter")
    COUNTER_TAKEN = ProblemKind("counter-taken", 409, "Another clerk works at the counter")
    CLERK_ELSEWHERE = ProblemKind("clerk-elsewhere", 409, "A clerk works at one counter at a time")
    PAUSE_REASON = ProblemKind("pause-reason", 422, "The hall asks for one of its reasons")
    ONE_NUMBER = ProblemKind("one-number", 409, "This person holds a number already")
    NOT_BOOKABLE = ProblemKind("not-bookable", 422, "This service takes no bookings")
    SLOT_UNKNOWN = ProblemKind("slot-unknown", 422, "There is no such slot to book")
    SLOT_FULL = ProblemKind("slot-full", 409, "Every place of this slot is taken")
    BOOKED_ALREADY = ProblemKind("booked-already", 409, "This person has booked that service for the day")
    TOO_MANY_BOOKINGS = ProblemKind("too-many-bookings", 409, "This person has as many bookings as the hall allows")
    BOOKING_PAUSED = ProblemKind("booking-paused", 409, "This person missed too many bookings of late")
    BOOKING_UNKNOWN = ProblemKind("booking-unknown", 404, "The hall has no such booking")
    CHECK_IN_EARLY = ProblemKind("check-in-early", 409, "It is too early to check in")
    CHECK_IN_OTHER_DAY = ProblemKind("check-in-other-day", 409, "The booking is for another day")
    CHECK_IN_OTHER_HALL = ProblemKind("check-in-other-hall", 409, "The booking is for another hall")
    CHECK_IN_NEEDED = ProblemKind("check-in-needed", 409, "The person has booked and not checked in")
    TOO_MANY_NUMBERS = ProblemKind("too-many-numbers", 429, "Too many numbers were taken of late")
    PLAN_CHANGED = ProblemKind("plan-changed", 409, "The plan was changed meanwhile")
    PLAN_INVALID = ProblemKind("plan-invalid", 422, "The plan is not of the form a hall needs")
    PLAN_HALL = ProblemKind("plan-hall", 422, "The plan is another hall's")
    QUEUE_WAITING = ProblemKind("queue-waiting", 409, "People wait for this service")
    PREFIX_GIVEN = ProblemKind("prefix-given", 409, "Numbers of today begin like this")
    SERVICE_BOOKED = ProblemKind("service-booked", 409, "People have booked this service")
    NOT_AT_COUNTER = ProblemKind("not-at-counter", 403, "The person is not at your counter")
    REASON_NEEDED = ProblemKind("reason-needed", 422, "This needs a reason in words")
    NOTHING_KEPT = ProblemKind("nothing-kept", 404, "Nothing is kept of this person")
    TOO_MANY_PHONES = ProblemKind("too-many-phones", 429, "The phone of this ticket was changed too often")
    PHONE_NUMBERS_OFF = ProblemKind("phone-numbers-off", 409, "This hall gives no numbers by phone")
    CODE_EXPIRED = ProblemKind("code-expired", 422, "The code on the screen is another by now")
    CODE_SPENT = ProblemKind("code-spent", 429, "This code has given its numbers")
    CLAIM_USED = ProblemKind("claim-used", 409, "One scan gives one number")
    SERVICE_CLOSED = ProblemKind("service-closed", 409, "No counter is open for this service")
    NOT_NOW = ProblemKind("not-now", 409, "Not possible in this state")
    TERMINAL_UNKNOWN = ProblemKind("terminal-unknown", 404, "The hall has no such terminal")
    HELP_UNKNOWN = ProblemKind("help-unknown", 404, "Nobody asks for staff at this terminal")
    CODE_UNKNOWN = ProblemKind("code-unknown", 404, "No terminal waits for this code")
    CODE_USED = ProblemKind("enrol-code-used", 409, "This code was used already")
    CODE_OLD = ProblemKind("enrol-code-old", 409, "This code is too old")
    CODE_OTHER_HALL = ProblemKind("enrol-code-hall", 409, "This code is for another hall")
    CODE_OTHER_KIND = ProblemKind("enrol-code-kind", 409, "This code is for another kind of terminal")
    TOO_MANY_CODES = ProblemKind("too-many-codes", 429, "Too many wrong codes came from this address")
    PROFILE_CHANGED = ProblemKind("profile-changed", 409, "The profile was changed meanwhile")
    PROFILE_INVALID = ProblemKind("profile-invalid", 422, "The profile is not of the form this kind of terminal needs")
    LEASE_UNKNOWN = ProblemKind("lease-unknown", 409, "This number is not set aside for this terminal")
    LOGIN_REFUSED = ProblemKind("login-refused", 401, "Login or password is wrong")
    PASSWORD_WRONG = ProblemKind("password-wrong", 422, "The present password is another")
    PASSWORD_WEAK = ProblemKind("password-weak", 422, "The password would be guessed")
    TOO_MANY_TRIES = ProblemKind("too-many-tries", 429, "Too many wrong passwords of late")
    STAFF_UNKNOWN = ProblemKind("staff-unknown", 404, "Nobody in the hall has that login")
    STAFF_EXISTS = ProblemKind("staff-exists", 409, "The login is taken")
    NOT_YOURSELF = ProblemKind("not-yourself", 409, "Another manager has to do that")
    LAST_MANAGER = ProblemKind("last-manager", 409, "The hall would have no manager left")
    KEY_REUSED = ProblemKind("key-reused", 422, "The idempotency key was used for something else")


class Refused(Exception):
    """Nothing was done. `detail` is for the person who pressed, and holds no personal data.

    `wait_ms` is how long the same press would be refused for, where that is known; `booked_for` what the person's
    booking is for, who came to the wrong hall or at the wrong time.
    """

    def __init__(
        self, refusal: Refusal, detail: str, wait_ms: int | None = None, booked_for: BookedFor | None = None
    ) -> None:
        super().__init__(f"{refusal.value.slug}: {detail}")
        self.refusal = refusal
        self.detail = detail
        self.wait_ms = wait_ms
        self.booked_for = booked_for
