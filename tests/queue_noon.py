"""A served hall where it is noon on an open day whenever a test runs: slots lie ahead, no midnight comes between."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from queue_house import HALL, Client

from jinghou_config.hall import WEEK


def move_to_noon(server: Client, manager: str) -> ZoneInfo:
    """Give the hall a plan that is open all day, with slots of five minutes that one may check in for hours before."""
    zone = ZoneInfo(f"Etc/GMT{datetime.now(UTC).hour - 12:+d}")
    answer = server.call("GET", f"/halls/{HALL}/plan", manager)
    plan = answer.json
    plan["timezone"] = zone.key
    plan["calendar"] = {"holidays": "", "hours": [{"days": list(WEEK), "opens": "00:00", "closes": "23:59"}]}
    for service in plan["services"]:
        if service["slots"] is not None:
            service["slots"] |= {"minutes": 5, "early_minutes": 240}
    changed = server.call("PUT", f"/halls/{HALL}/plan", manager, plan, headers={"If-Match": answer.headers["etag"]})
    assert changed.status == 200, changed.text
    return zone
