"""Names are shown masked or not at all."""

import pytest

from jinghou_kiosk.privacy import mask_name


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张*"), ("欧阳静候", "欧*"), (" 李四 ", "李*"), ("SMITH, JOHN", None), ("", None), ("  ", None)],
)
def test_name_is_masked(name: str, masked: str | None) -> None:
    assert mask_name(name) == masked
