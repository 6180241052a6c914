"""The manager's pages: the hall now, its settings, terminals, staff and records. They decide nothing."""

from typing import Final

from jinghou_queue.web.manager import audit, hall, people, plan, terminals

MANAGER_ROUTES: Final = (*hall.ROUTES, *plan.ROUTES, *terminals.ROUTES, *people.ROUTES, *audit.ROUTES)
