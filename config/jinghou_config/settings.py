"""Loading a settings model from a TOML file and the environment, with errors an operator can act on.

A command line's flags win over the environment, the environment over the file, the file over the
defaults. Models live in the modules beside this one.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self, get_args, get_origin

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


class ConfigError(Exception):
    """A setting cannot be used. The text names the file or variable, the key, the value and what was expected."""


class Section(BaseModel):
    """A named group of settings: read-only once loaded, and a wrong key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Settings(BaseSettings):
    """The settings of one process. Subclasses set `env_prefix` in their `model_config`."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, env_nested_delimiter="__")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order: what the code passes, the environment, the TOML file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @classmethod
    def load(cls, file: Path | None = None, flags: Mapping[str, object] | None = None) -> Self:
        """Read `file` (none: defaults and environment only); `flags` of a command line win over both.

        Raises ConfigError, one line a fault, when the file cannot be read, a key is unknown or missing, or a value
        is not what its key expects.
        """
        if file is not None:
            _check_readable(file)
        _refuse_unknown_variables(cls)

        class FromFile(cls):  # type: ignore[misc, valid-type]  # the file is part of the class in pydantic-settings
            model_config = SettingsConfigDict(toml_file=file, title=cls.__name__)

        try:
            return FromFile(**(flags or {}))
        except ValidationError as invalid:
            lines = [_explain(cls, file, flags or {}, error) for error in invalid.errors()]
            raise ConfigError("\n".join(lines)) from None


def variable_name(model: type[Settings], key: tuple[str, ...]) -> str:
    """The environment variable that overrides `key`, such as JINGHOU_KIOSK_SCREEN__PX_PER_MM."""
    return (model.model_config.get("env_prefix", "") + "__".join(key)).upper()


def fields_of(model: type[BaseModel], key: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], FieldInfo]]:
    """Every setting of a model as (key path, field), sections opened up, in the order they are written."""
    for name, field in model.model_fields.items():
        section = _section_of(field)
        if section is None:
            yield (*key, name), field
        else:
            yield from fields_of(section, (*key, name))


def has_variable(model: type[BaseModel], key: tuple[str, ...]) -> bool:
    """Whether the environment can override what is at `key`: lists, and what is in one, stand in the file only."""
    for name in key:
        field = model.model_fields[name]
        if get_origin(field.annotation) is tuple:
            return False
        model = _section_of(field) or model
    return True


def _section_of(field: FieldInfo) -> type[Section] | None:
    candidates = (field.annotation, *get_args(field.annotation))
    return next((c for c in candidates if isinstance(c, type) and issubclass(c, Section)), None)


def _check_readable(file: Path) -> None:
    try:
        with file.open("rb") as stream:
            tomllib.load(stream)
    except OSError as fault:
        raise ConfigError(f"{file}: cannot be read: {fault.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise ConfigError(f"{file}: is not TOML: {fault}") from None


def _refuse_unknown_variables(model: type[Settings]) -> None:
    """pydantic-settings ignores a misspelt variable; an operator who set one must hear of it."""
    prefix = model.model_config.get("env_prefix", "").upper()
    known = {variable_name(model, key) for key, _ in fields_of(model) if has_variable(model, key)}
    for name in os.environ:
        if name.upper().startswith(prefix) and name.upper() not in known:
            raise ConfigError(f"environment {name}: unknown setting; known are {', '.join(sorted(known))}")


def _explain(model: type[Settings], file: Path | None, flags: Mapping[str, object], error: ErrorDetails) -> str:
    fields = dict(fields_of(model))
    key = tuple(str(part) for part in error["loc"])
    named = tuple(part for part in error["loc"] if isinstance(part, str))  # without the places in a list
    field = fields.get(named)
    variable = variable_name(model, key)
    where = f"environment {variable}" if variable in os.environ else str(file or "settings")
    name = ".".join(key)
    if key and key[0] in flags:
        where, name = "command line", f"--{name.replace('_', '-')}"
    if not key:
        return f"{where}: {error['msg'].removeprefix('Value error, ')}"
    match error["type"]:
        case "model_type":
            return f"{where}: {name}: must be a section [{name}]"
        case "extra_forbidden":
            depth = len(named) - 1
            siblings = sorted({other[depth] for other in fields if other[:depth] == named[:depth]})
            return f"{where}: {name}: unknown key; known here are {', '.join(siblings)}"
        case "missing":
            meaning = f": {field.description}" if field else ""
            return f"{where}: {name}: missing{meaning}"
        case "value_error" if isinstance(error["input"], Mapping):  # of a section as a whole, secrets and all
            return f"{where}: {name}: {error['msg'].removeprefix('Value error, ')}"
        case _:
            known = field is not None and not _is_secret(field)
            value = without_password(repr(error["input"])) if known else "‹hidden›"
            meaning = f" ({field.description})" if field else ""
            return f"{where}: {name} = {value}: {error['msg']}{meaning}"


def faults(invalid: ValidationError, whole: str) -> str:
    """What is wrong with settings that came as a message: the first few keys, and what was expected of each.

    `whole` names the message where no key can be named.
    """
    return "; ".join(
        f"{'.'.join(str(part) for part in error['loc']) or whole}: "
        + ("unknown key" if error["type"] == "extra_forbidden" else error["msg"].removeprefix("Value error, "))
        for error in invalid.errors()[:5]
    )


def without_password(text: str, instead: str = "‹hidden›") -> str:
    """The same, should it hold a URL with a password in it."""
    return re.sub(r"(password=)[^&]*", rf"\1{instead}", re.sub(r"(//[^:/@]*):.*@", rf"\1:{instead}@", text))


def _is_secret(field: FieldInfo | None) -> bool:
    types: tuple[Any, ...] = (field.annotation, *get_args(field.annotation)) if field else ()
    return SecretStr in types
