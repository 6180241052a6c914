"""What terminals and the server say to each other. The only part of the server that a terminal imports."""

PROBLEM_PREFIX = "urn:jinghou:problem:"
"""Every problem's `type` begins so; what follows is stable and listed in docs/api.md."""
