"""What is sealed can be read with our keys alone, and a key can be changed."""

import pytest

from bot.errors import ConfigError
from bot.vault import Vault

OLD, NEW = "o" * 32, "n" * 40


def test_what_is_sealed_is_opened_and_shows_nothing() -> None:
    vault = Vault([OLD])
    sealed = vault.seal("xoxb-1-made-up")
    assert "xoxb" not in sealed
    assert vault.open(sealed) == "xoxb-1-made-up"
    assert vault.seal("xoxb-1-made-up") != sealed


def test_another_key_opens_nothing_and_the_operator_is_told_what_to_do() -> None:
    sealed = Vault([OLD]).seal("x")
    with pytest.raises(ConfigError, match=r"KUDOS_SECRET_KEY: .* Add the old key behind a comma"):
        Vault([NEW]).open(sealed)
    with pytest.raises(ConfigError, match="KUDOS_SECRET_KEY"):
        Vault([NEW]).renewed(sealed)


def test_after_a_renewal_the_old_key_is_not_needed() -> None:
    both = Vault([NEW, OLD])
    sealed = Vault([OLD]).seal("x")
    assert both.open(sealed) == "x"
    renewed = both.renewed(sealed)
    assert Vault([NEW]).open(renewed) == "x"
    assert both.renewed(renewed) == renewed


def test_what_was_tampered_with_is_not_opened() -> None:
    sealed = Vault([OLD]).seal("x")
    with pytest.raises(ConfigError):
        Vault([OLD]).open(sealed[:-4] + ("AAA=" if not sealed.endswith("AAA=") else "BBB="))
