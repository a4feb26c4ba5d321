"""The settings to serve with: a platform whose own are wrong is left out, so that it takes no other down."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from bot import config
from bot.config import Settings, name_of
from bot.errors import ConfigError

#: How the settings begin that are a platform's own.
_OWN: Final = {"slack": ("slack_",), "teams": ("teams_", "microsoft_")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    settings: Settings
    left_out: Mapping[str, tuple[str, ...]]  #: platforms, and what is wrong with the settings of each


def read() -> Serving:
    """The settings of this process, without those of platforms that are half there.

    Raises:
        ConfigError: all that is wrong, one line each, where no platform is left or something else is wrong.
    """
    left_out: dict[str, tuple[str, ...]] = {}
    try:
        settings = Settings()
    except ValidationError as error:
        fields = {_field(str(detail["loc"][0])) for detail in error.errors(include_input=False, include_url=False)}
        wrong = {_platform(field) for field in fields}
        if "" in wrong:
            config.read()
        for platform in sorted(wrong):
            left_out[platform] = tuple(
                sentence
                for sentence in config.sentences(error)
                if _platform(_field(sentence.partition(":")[0])) == platform
            )
        settings = Settings(**_unset(wrong))
    for platform, problems in config.unsafe(settings).items():
        if problems and not platform:
            config.read()
        if problems:
            left_out[platform] = (*left_out.get(platform, ()), *problems)
    settings = Settings(**_unset(left_out))
    if left_out and not (settings.slack_is_on or settings.teams_is_on):
        raise ConfigError(problem for problems in left_out.values() for problem in problems)
    return Serving(settings=settings, left_out=left_out)


def _unset(platforms: Iterable[str]) -> dict[str, Any]:
    """The settings of platforms as they are where nobody has set them."""
    begin = tuple(prefix for platform in platforms for prefix in _OWN[platform])
    return {
        name: field.get_default() for name, field in Settings.model_fields.items() if begin and name.startswith(begin)
    }


def _platform(field: str) -> str:
    """Whose setting that is; "" for everybody's."""
    return next((platform for platform, begin in _OWN.items() if field.startswith(begin)), "")


def _field(said: str) -> str:
    """The field that is meant by its own name, or by its name in the environment."""
    return next((name for name in Settings.model_fields if said in (name, name_of(name))), said)
