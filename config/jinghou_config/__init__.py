"""Typed settings of every process, the hall plan, check digits, and logging. Imports no other package of ours."""
