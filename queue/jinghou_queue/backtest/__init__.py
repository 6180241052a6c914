"""How good the estimates are: days replayed, recorded or generated, and each estimate held against what happened."""
