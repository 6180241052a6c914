"""Settings: defaults that hold, and errors an operator can act on."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from jinghou_config.hall import SAMPLE_HALL, HallFile, HallPlan
from jinghou_config.queue import QueueSettings
from jinghou_config.reference import MODELS, reference
from jinghou_config.settings import ConfigError, Settings, fields_of, has_variable, variable_name
from jinghou_config.terminal import BoardSettings, KioskSettings

KIOSK = """
[screen]
px_per_mm = 2.71
[server]
url = "http://127.0.0.1:8470"
hall = "yunxi"
token = "marker-secret"
"""
DEVICES = """
[devices.id_reader]
port = "reader"
[devices.receipt_printer]
port = "printer"
[devices.code_scanner]
driver = "plain"
port = "scanner"
[devices.document_printer]
driver = "ipp"
port = "ipp://printer"
[devices.locker]
driver = "cu16"
port = "locker"
[devices.chip_card_reader]
driver = "pcsc"
port = "any"
[devices.window_display]
driver = "led"
port = "display"
"""


CHANNELS = """
[notify]
aliyun = { key_id = "k", key_secret = "s", sign_name = "云溪", called = "T1", ahead = "T2" }
gateway = { url = "http://gateway.example/" }
wechat = { app_id = "a", app_secret = "s", called = "T1", ahead = "T2" }
wecom = { key = "k" }
webhook = { url = "http://own.example/", secret = "sixteen characters" }
"""


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "kiosk.toml"
    file.write_text(text, "utf-8")
    return file


def load_fault(model: type[Settings], file: Path) -> str:
    with pytest.raises(ConfigError) as fault:
        model.load(file)
    return str(fault.value)


@pytest.mark.parametrize("model", MODELS)
def test_every_setting_has_one_sentence(model: type[Settings]) -> None:
    bare = [key for key, field in fields_of(model) if not field.description]
    assert bare == []


DEFAULTS = [
    pytest.param(model, key, field.get_default(call_default_factory=True), id=variable_name(model, key))
    for model in MODELS
    for key, field in fields_of(model)
    if not field.is_required() and field.default is not None and has_variable(model, key)
]


@pytest.mark.parametrize(("model", "key", "default"), DEFAULTS)
def test_every_default_survives_being_written_and_read(
    model: type[Settings], key: tuple[str, ...], default: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    required = {
        KioskSettings: KIOSK + DEVICES,
        BoardSettings: KIOSK,
        HallFile: SAMPLE_HALL.read_text("utf-8"),
        QueueSettings: CHANNELS,
    }
    file = write(tmp_path, required.get(model, ""))
    untouched = model.load(file)
    monkeypatch.setenv(variable_name(model, key), str(default))
    assert model.load(file).model_dump() == untouched.model_dump()


def test_reference_document_is_current() -> None:
    assert (Path(__file__).parents[2] / "docs/configuration.md").read_text("utf-8") == reference()


def test_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINGHOU_KIOSK_SCREEN__PX_PER_MM", "4.03")
    assert KioskSettings.load(write(tmp_path, KIOSK)).screen.px_per_mm == 4.03


def test_pixels_per_millimetre_must_be_given(tmp_path: Path) -> None:
    fault = load_fault(KioskSettings, write(tmp_path, KIOSK.replace("px_per_mm = 2.71", "")))
    assert fault.startswith(f"{tmp_path / 'kiosk.toml'}: screen.px_per_mm: missing: pixels per millimetre")


def test_wrong_key_is_named_with_its_file_and_the_known_ones(tmp_path: Path) -> None:
    fault = load_fault(KioskSettings, write(tmp_path, KIOSK.replace("px_per_mm", "px_per_cm")))
    assert "kiosk.toml: screen.px_per_cm: unknown key; known here are full_screen, height_px, px_per_mm" in fault


def test_wrong_value_is_named_with_what_was_expected(tmp_path: Path) -> None:
    fault = load_fault(KioskSettings, write(tmp_path, KIOSK.replace("2.71", '"wide"')))
    assert "screen.px_per_mm = 'wide'" in fault
    assert "valid number" in fault
    assert "pixels per millimetre" in fault
    assert "\n" not in fault


def test_wrong_variable_is_named_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINGHOU_KIOSK_SCREEN__PX_PER_MM", "wide")
    fault = load_fault(KioskSettings, write(tmp_path, KIOSK))
    assert fault.startswith("environment JINGHOU_KIOSK_SCREEN__PX_PER_MM: screen.px_per_mm = 'wide'")


def test_misspelt_variable_is_not_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINGHOU_KIOSK_SCREN__PX_PER_MM", "4")
    assert "JINGHOU_KIOSK_SCREN__PX_PER_MM: unknown setting" in load_fault(KioskSettings, write(tmp_path, KIOSK))


def test_a_secret_is_not_repeated_in_an_error(tmp_path: Path) -> None:
    fault = load_fault(KioskSettings, write(tmp_path, KIOSK.replace('"marker-secret"', "4711471147")))
    assert "server.token = ‹hidden›" in fault
    assert "4711471147" not in fault


@pytest.mark.parametrize(
    "text",
    [
        '[notify]\npeople = "gateway"\n[notify.wecom]\nkey = "top-secret"\n',
        '[notify.plugins.pigeon]\npassword = ["top-secret"]\n',
    ],
)
def test_nor_is_one_when_a_section_or_what_a_plugin_is_told_is_wrong(tmp_path: Path, text: str) -> None:
    file = tmp_path / "queue.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as raised:
        QueueSettings.load(file)
    assert "notify" in str(raised.value)
    assert "top-secret" not in str(raised.value)


def test_secret_does_not_print() -> None:
    assert "marker" not in repr(SecretStr("marker"))


def test_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert load_fault(QueueSettings, tmp_path / "none.toml") == (
        f"{tmp_path / 'none.toml'}: cannot be read: No such file or directory"
    )


def test_broken_file_is_named_with_its_line(tmp_path: Path) -> None:
    assert "kiosk.toml: is not TOML:" in load_fault(KioskSettings, write(tmp_path, "[screen\n"))
    assert "line 1" in load_fault(KioskSettings, write(tmp_path, "[screen\n"))


def test_counter_of_an_unknown_service_is_refused(tmp_path: Path) -> None:
    text = SAMPLE_HALL.read_text("utf-8").replace('services = ["property"]', 'services = ["proprty"]')
    assert "counter c2 serves proprty, which is not a service of this hall" in load_fault(
        HallFile, write(tmp_path, text)
    )


def test_two_services_with_one_prefix_are_refused(tmp_path: Path) -> None:
    text = SAMPLE_HALL.read_text("utf-8").replace('prefix = "B"', 'prefix = "A"')
    assert "service prefix A is used twice" in load_fault(HallFile, write(tmp_path, text))


def test_a_plan_from_before_there_were_themes_is_for_everybody_and_under_none() -> None:
    old = HallPlan.load(SAMPLE_HALL).model_dump(mode="json")
    for service in old["services"]:
        for key in ("audience", "theme", "theme_en"):
            del service[key]
    assert {(each.audience, each.theme) for each in HallPlan.model_validate(old).services} == {("both", "")}


@pytest.mark.parametrize(
    ("line", "instead", "said"),
    [
        ('theme_en = "Property"', "", "service property: theme and theme_en go together"),
        ('theme = "税费"', 'theme = "不动产"', "theme 不动产 is Property and Taxes in English"),
        ('audience = "company"', 'audience = "children"', "services.3.audience = 'children'"),
    ],
)
def test_a_theme_has_one_name_in_each_language_and_an_audience_is_a_known_one(
    tmp_path: Path, line: str, instead: str, said: str
) -> None:
    text = SAMPLE_HALL.read_text("utf-8")
    assert line in text
    assert said in load_fault(HallFile, write(tmp_path, text.replace(line, instead)))


def test_numbers_may_begin_with_two_letters_so_that_a_hall_may_have_more_than_26_services(tmp_path: Path) -> None:
    plan = HallFile.load(write(tmp_path, SAMPLE_HALL.read_text("utf-8").replace('prefix = "B"', 'prefix = "AB"')))
    assert [service.prefix for service in plan.services][:2] == ["A", "AB"]


def test_a_managers_pin_without_the_technicians_is_refused(tmp_path: Path) -> None:
    text = f'{KIOSK}\n[service]\nmanager_pin_hash = "x"\n'
    assert "manager_pin_hash without pin_hash" in load_fault(KioskSettings, write(tmp_path, text))


def test_variable_names_follow_the_keys() -> None:
    assert variable_name(KioskSettings, ("server", "url")) == "JINGHOU_KIOSK_SERVER__URL"


def test_a_text_where_a_section_belongs_is_refused_without_repeating_it(tmp_path: Path) -> None:
    fault = load_fault(KioskSettings, write(tmp_path, 'server = "marker-secret"\n[screen]\npx_per_mm = 2.71\n'))
    assert fault.endswith("kiosk.toml: server: must be a section [server]")


def test_a_variable_for_a_whole_section_is_no_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINGHOU_KIOSK_SCREEN", "junk")
    assert "JINGHOU_KIOSK_SCREEN: unknown setting" in load_fault(KioskSettings, write(tmp_path, KIOSK))


def test_a_fault_of_the_whole_plan_does_not_repeat_the_plan(tmp_path: Path) -> None:
    text = SAMPLE_HALL.read_text("utf-8").replace('prefix = "B"', 'prefix = "A"')
    assert load_fault(HallFile, write(tmp_path, text)) == f"{tmp_path / 'kiosk.toml'}: service prefix A is used twice"
