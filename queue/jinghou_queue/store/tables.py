"""The tables. Every key begins with the hall; a time is a Unix time in milliseconds; columns are only int or str."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text, literal_column
from sqlalchemy.sql.schema import SchemaItem

metadata: Final = MetaData()


def _table(name: str, *items: SchemaItem) -> Table:
    """Rows live in their key's own tree: on SQLite that saves one look-up and one write a row."""
    return Table(name, metadata, *items, sqlite_with_rowid=False)


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _perhaps(name: str) -> Column[str]:
    return Column(name, Text, nullable=True)


def _int(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _time(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _time_perhaps(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=True)


def _place(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def _count_key(name: str) -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


hall: Final = _table(
    "hall",
    _key("hall"),
    _text("name"),
    _text("name_en"),
    _text("timezone"),
    _text("day"),  # the business day of the last write; empty before the first
    Column("seq", BigInteger, nullable=False),  # of the feed's last event
    _text("chain"),  # that event's link, see rules.chain
    _int("audit_seq"),  # of the audit's last line
    _text("audit_chain"),  # that line's link
    _text("epoch"),  # a random name for this feed: a restored database gets a new one
    _int("plan_version"),
    _text("plan"),  # fingerprint of the plan in force
    _text("key_check"),  # tells whether the key file is the one this hall was made with
    _text("erased_day"),  # up to this day the tickets name nobody any more; empty before the first
    Column("erased_seq", BigInteger, nullable=False),  # up to this event the feed names nobody any more
)

plan: Final = _table(
    "plan",
    _key("hall"),
    _count_key("version"),
    _time("at"),
    _text("actor"),
    _text("body"),  # jinghou_config.hall.HallPlan as JSON
)

service: Final = _table(
    "service",
    _key("hall"),
    _key("service"),
    _int("place"),  # in the plan's order
    _text("prefix"),
    _text("name"),
    _text("name_en"),
    _text("zone"),
    _text("identity"),
    _int("retired"),  # 1 once the plan has it no more: its history stays
)

counter: Final = _table(
    "counter",
    _key("hall"),
    _key("counter"),
    _int("place"),
    _text("label"),
    _text("state"),
    _text("why"),  # it is paused
    _perhaps("clerk"),  # who opened it, while it is not closed
    _time("changed_at"),  # it came into its state
    _time("free_at"),  # it opened, or the last person left
    _int("retired"),
)

counter_service: Final = _table(
    "counter_service",
    _key("hall"),
    _key("counter"),
    _key("service"),
    _int("place"),
    _int("serves"),  # 1 while the counter is open for it, else 0
)

numbering: Final = _table(
    "numbering",
    _key("hall"),
    _key("day"),
    _key("service"),
    _int("last"),
    _int("streak"),  # people called since the last walk-in, while one waited: for the valve
)

tally: Final = _table(
    "tally",
    _key("hall"),
    _key("day"),
    _key("service"),
    _count_key("lane"),
    _int("waiting"),
)

ticket: Final = _table(
    "ticket",
    _key("hall"),
    _key("ticket"),
    _text("day"),
    _text("number"),
    _text("service"),
    _text("channel"),
    _text("state"),
    _time("taken_at"),
    _perhaps("masked_name"),
    _perhaps("identity_hash"),
    _perhaps("identity_sealed"),  # by keys.Keys.seal, for this ticket
    _perhaps("phone_sealed"),
    _int("phone_changes"),
    _text("route"),  # services still to come after the present leg, separated by spaces
    _text("token_hash"),
)

leg: Final = _table(
    "leg",
    _key("hall"),
    _key("ticket"),
    _count_key("step"),
    _text("day"),
    _text("service"),
    _int("lane"),
    _time("sort_time"),
    Column("seq", BigInteger, nullable=False),
    _time("entered_at"),
    _text("state"),
    _perhaps("counter"),
    _time_perhaps("called_at"),  # first called, of the call that stands
    _time_perhaps("shown_at"),  # last put at the head of the boards
    _time_perhaps("started_at"),
    _time_perhaps("ended_at"),
    _time_perhaps("parked_at"),
    _int("parked_ms"),  # in all, not part of the time served
    _int("calls"),  # how often called in all, recalls included: numbers the attempts
    _int("recalls"),  # of the call that stands
    _text("reason"),  # why this one was called, in words; empty before
)

delivery: Final = _table(
    "delivery",
    _key("hall"),
    _key("ticket"),
    _count_key("step"),
    _count_key("attempt"),  # the leg's `calls` when it was made
    _key("channel"),
    _text("state"),
    _time("at"),
)

notice: Final = _table(
    "notice",  # a message on its way to a person's phone or to the ushers; it holds neither the phone nor the text
    _key("hall"),
    _key("notice"),  # made of what follows, so that the same is never written twice
    _text("kind"),
    _text("ticket"),
    _int("step"),
    _int("attempt"),  # of the call that it is about; 0 when it is about none
    _int("ahead"),  # the people ahead for which it was due; 0 when it is about a call
    _text("channel"),  # by its name in the settings
    _text("state"),
    _time("at"),  # it came into its state
    _time("due_at"),  # to be sent then, while it is queued
    _time("claimed_until"),  # a server sends it now, and says how that went by then; 0: none does
    _int("tries"),
    _perhaps("receipt"),  # what the gateway calls it, once it took it
    _text("fault"),  # why it was not taken, in a word of ours or the gateway's code; empty before
)

pace: Final = _table(
    "pace",
    _key("hall"),
    _key("day"),
    _key("service"),
    _key("what"),  # which time was measured, see rules.estimate
    _count_key("bucket"),
    _int("count"),
)

booking: Final = _table(
    "booking",
    _key("hall"),
    _key("booking"),
    _text("service"),
    _text("day"),
    _time("starts_at"),
    _time("ends_at"),
    _text("state"),
    _text("channel"),
    _time("made_at"),
    _time_perhaps("held_until"),  # while it is held
    _text("code_hash"),
    _text("token_hash"),
    _perhaps("masked_name"),
    _perhaps("identity_hash"),
    _perhaps("identity_sealed"),  # for this booking
    _perhaps("ticket"),  # once checked in
    _int("missed"),  # 1 when the hall worked that day and the person did not come
)

shift: Final = _table(
    "shift",
    _key("hall"),
    _key("day"),
    _key("counter"),
    _place("opened_at"),
    _time("closed_at"),  # or paused: a stretch in which it called people
)

audit: Final = _table(
    "audit",
    _key("hall"),
    _place("seq"),
    _time("at"),
    _text("actor"),
    _text("action"),
    _text("subject"),
    _text("detail"),
    _text("chain"),
)

feed: Final = _table(
    "feed",
    _key("hall"),
    _place("seq"),
    _time("at"),
    _text("actor"),
    _text("subject"),  # id of the ticket or counter, or the day
    _perhaps("was"),
    _text("state"),
    _text("why"),
    _text("kind"),
    _text("body"),  # the public event as JSON
    _text("chain"),
)

answer: Final = _table(
    "answer",
    _key("hall"),
    _key("key"),
    _text("fingerprint"),
    _time("at"),
    _text("body"),
)

scan: Final = _table(
    "scan",
    _key("hall"),
    _place("shown_at"),  # since when the screens showed the code
    _int("numbers"),  # that phones took with it
)

token: Final = _table(
    "token",
    _key("hall"),
    _key("token"),
    _text("role"),
    _text("name"),
    _text("token_hash"),
    _time("added_at"),
)

terminal: Final = _table(
    "terminal",
    _key("hall"),
    _key("terminal"),  # also the id of its API token, once it is enrolled
    _text("kind"),
    _text("name"),
    _text("profile"),  # what is set for it centrally, as JSON
    _int("profile_version"),
    _time("added_at"),
    _perhaps("code_hash"),  # of the code that enrols it, or did
    _time("code_until"),  # 0 once the code was used
    _text("report"),  # its last contract.terminals.TerminalReport as JSON; empty before the first
    _time_perhaps("seen_at"),  # when that came
    _time("full_at"),  # when its bucket of numbers is full again, see rules.rate
    _int("retired"),
)

help_: Final = _table(
    "help",  # open ones only: what became of the others stands in the feed
    _key("hall"),
    _key("terminal"),  # or the id of a token that was given out by hand
    _text("page"),
    _text("state"),
    _time("asked_at"),
    _perhaps("coming"),  # who of the staff
)

lease: Final = _table(
    "lease",
    _key("hall"),
    _key("ticket"),  # the id that the ticket will have
    _text("day"),
    _int("place"),
    _text("number"),
    _text("service"),
    _text("terminal"),
    _time("at"),
    _int("open"),  # 1 while the terminal may give it to somebody, as far as the server knows
)

staff: Final = _table(
    "staff",
    _key("hall"),
    _key("login"),
    _text("name"),
    _text("role"),
    _text("password_hash"),
    _time("added_at"),
    _int("disabled"),
)

session: Final = _table(
    "session",
    _key("hall"),
    _key("session_hash"),
    _text("login"),
    _time("opened_at"),
    _time("seen_at"),  # of the last request, written at most once a minute
    _time("ends_at"),  # at the latest
)

login_try: Final = _table(
    "login_try",
    _key("hall"),
    _key("login_hash"),  # keyed: who mistypes can give a password as login
    _int("failures"),  # since the last right password
    _time("failed_at"),
)

# In index conditions and in the statements that rely on them a state is written out: a bound value cannot choose a
# partial index.
IS_WAITING: Final = leg.c.state == literal_column("'waiting'")
IS_AT_COUNTER: Final = leg.c.state.in_([literal_column("'called'"), literal_column("'serving'")])
IS_HELD: Final = booking.c.state == literal_column("'held'")
IS_TO_COME: Final = booking.c.state.in_([literal_column("'held'"), literal_column("'confirmed'")])
IS_DONE: Final = leg.c.state == literal_column("'done'")
IS_QUEUED: Final = notice.c.state == literal_column("'queued'")
IS_ASIDE: Final = leg.c.state.in_([literal_column("'missed'"), literal_column("'parked'")])

Index(
    "leg_waiting",
    leg.c.hall,
    leg.c.day,
    leg.c.service,
    leg.c.lane,
    leg.c.sort_time,
    leg.c.seq,
    sqlite_where=IS_WAITING,
    postgresql_where=IS_WAITING,
)
Index(
    "leg_at_counter",
    leg.c.hall,
    leg.c.counter,
    unique=True,
    sqlite_where=IS_AT_COUNTER,
    postgresql_where=IS_AT_COUNTER,
)
Index("leg_aside", leg.c.hall, leg.c.day, sqlite_where=IS_ASIDE, postgresql_where=IS_ASIDE)
Index("leg_done", leg.c.hall, leg.c.day, leg.c.counter, sqlite_where=IS_DONE, postgresql_where=IS_DONE)
Index(
    "notice_due",
    notice.c.hall,
    notice.c.channel,
    notice.c.due_at,
    sqlite_where=IS_QUEUED,
    postgresql_where=IS_QUEUED,
)
Index("notice_ticket", notice.c.hall, notice.c.ticket)
Index("notice_age", notice.c.hall, notice.c.at)
Index(
    "notice_receipt",  # a gateway that reports back does not know the hall
    notice.c.channel,
    notice.c.receipt,
    sqlite_where=notice.c.receipt.is_not(None),
    postgresql_where=notice.c.receipt.is_not(None),
)
Index("ticket_number", ticket.c.hall, ticket.c.day, ticket.c.number, unique=True)
Index("ticket_token", ticket.c.hall, ticket.c.token_hash, unique=True)
Index(
    "ticket_identity",
    ticket.c.hall,
    ticket.c.day,
    ticket.c.identity_hash,
    ticket.c.service,
    sqlite_where=ticket.c.identity_hash.is_not(None),
    postgresql_where=ticket.c.identity_hash.is_not(None),
)
Index("booking_code", booking.c.hall, booking.c.code_hash, unique=True)
Index("booking_token", booking.c.hall, booking.c.token_hash, unique=True)
Index("booking_slot", booking.c.hall, booking.c.day, booking.c.service, booking.c.starts_at)
Index(
    "booking_identity",
    booking.c.hall,
    booking.c.identity_hash,
    booking.c.day,
    sqlite_where=booking.c.identity_hash.is_not(None),
    postgresql_where=booking.c.identity_hash.is_not(None),
)
Index("booking_held", booking.c.hall, booking.c.held_until, sqlite_where=IS_HELD, postgresql_where=IS_HELD)
Index("booking_to_come", booking.c.hall, booking.c.day, sqlite_where=IS_TO_COME, postgresql_where=IS_TO_COME)
Index("answer_age", answer.c.hall, answer.c.at)
Index("token_hash", token.c.hall, token.c.token_hash, unique=True)
Index(
    "terminal_code",  # whoever brings a code does not know the hall
    terminal.c.code_hash,
    sqlite_where=terminal.c.code_hash.is_not(None),
    postgresql_where=terminal.c.code_hash.is_not(None),
)
Index("lease_place", lease.c.hall, lease.c.day, lease.c.service, lease.c.place, unique=True)
Index("lease_terminal", lease.c.hall, lease.c.terminal, lease.c.day, lease.c.service)
Index("login_try_age", login_try.c.hall, login_try.c.failed_at)
