"""Typed settings of every process, the hall plan, and logging. Imports no other package of ours."""
