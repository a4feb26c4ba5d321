"""Where settings are read: the environment, and a file `.env` beside the program.

What is there and cannot be read is refused, as without it Kudos would go by settings that nobody meant.
"""

from pathlib import Path
from typing import Any, Final

from dotenv.parser import Binding, parse_stream
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
)

from bot.errors import ConfigError

#: What is set to nothing is not set; but whoever sets the database to nothing did not mean a new file.
_EVEN_EMPTY: Final = ("database_url",)


class Environment(BaseSettings):
    def __init__(self, **values: Any) -> None:
        """
        Raises:
            ConfigError: something in `.env` cannot be read.
        """
        if file := values.get("_env_file", self.model_config.get("env_file")):
            _refuse_broken(Path(file))
        super().__init__(**values)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - there are none
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = dotenv_settings.env_file if isinstance(dotenv_settings, DotEnvSettingsSource) else None
        said = DotEnvSettingsSource(settings_cls, env_file=file, env_ignore_empty=False)()
        said |= EnvSettingsSource(settings_cls, env_ignore_empty=False)()
        even_empty = {name: said[name] for name in _EVEN_EMPTY if name in said}
        return init_settings, env_settings, dotenv_settings, InitSettingsSource(settings_cls, even_empty)


def _refuse_broken(path: Path) -> None:
    if not path.is_file():
        return
    try:
        with path.open(encoding="utf-8") as file:
            broken = [_line(each) for each in parse_stream(file) if each.error]
    except UnicodeDecodeError:
        raise ConfigError([f"{path}: cannot be read: it is no text in UTF-8. Save it as UTF-8."]) from None
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from None
    if broken:
        raise ConfigError(
            f"{path}: line {line} cannot be read. Write NAME=value, and close each quotation mark." for line in broken
        )


def _line(binding: Binding) -> int:
    """Where it stands itself, behind empty lines that are counted to it."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")
