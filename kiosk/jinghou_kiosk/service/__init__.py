"""Service mode: what technicians and managers do at a kiosk, beside the visits and never together with one."""
