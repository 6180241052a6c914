"""Simulated devices on pseudo-terminals, written from the protocols alone: no code is shared with codecs or drivers."""
