"""What each kind of device can do, without saying how. Code above the drivers names only these."""
