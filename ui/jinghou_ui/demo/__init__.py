"""The demo and the tour: the real processes on this machine, and a scripted visit through them."""
