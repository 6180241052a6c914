"""The screens that the demo, the gallery and the tests draw on."""

from typing import Final

from jinghou_config.terminal import ScreenSettings

KIOSK_32: Final = ScreenSettings(px_per_mm=2.71, width_px=1080, height_px=1920, full_screen=False)
"""A 32-inch panel upright."""

KIOSK_21: Final = ScreenSettings(px_per_mm=4.03, width_px=1080, height_px=1920, full_screen=False)
"""A 21.5-inch panel upright."""

KIOSK_32_LYING: Final = ScreenSettings(px_per_mm=2.71, width_px=1920, height_px=1080, full_screen=False)
"""The 32-inch panel on its side."""

KIOSK_21_LYING: Final = ScreenSettings(px_per_mm=4.03, width_px=1920, height_px=1080, full_screen=False)
"""The 21.5-inch panel on its side: 268 mm, the least height that the pages have room on."""

KIOSK_43: Final = ScreenSettings(px_per_mm=2.017, width_px=1080, height_px=1920, full_screen=False)
"""A 43-inch panel upright."""

KIOSK_55_LYING: Final = ScreenSettings(px_per_mm=1.577, width_px=1920, height_px=1080, full_screen=False)
"""A 55-inch panel on its side: larger than what is shown on it."""

BOARD_55: Final = ScreenSettings(px_per_mm=1.577, width_px=1920, height_px=1080, full_screen=False)
"""A 55-inch display."""
