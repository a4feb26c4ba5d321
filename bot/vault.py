"""What must not be readable in the database: sealed with the newest of the secret keys, opened with any of them."""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import ConfigError


class Vault:
    def __init__(self, keys: Sequence[str]) -> None:
        """
        Args:
            keys: at least one, the newest first. To change the key put the new one in front; once the program has
                started with both, nothing needs the old one any more.
        """
        each = [Fernet(_derived(key)) for key in keys]
        self._newest = each[0]
        self._all = MultiFernet(each)

    def seal(self, text: str) -> str:
        return self._newest.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """
        Raises:
            ConfigError: none of the keys is the one it was sealed with.
        """
        try:
            return self._all.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise ConfigError(
                ["KUDOS_SECRET_KEY: what is stored was sealed with another key. Add the old key behind a comma."]
            ) from None

    def renewed(self, sealed: str) -> str:
        """The same, sealed with the newest key.

        Raises:
            ConfigError: as for `open`.
        """
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return self.seal(self.open(sealed))
        return sealed


def _derived(key: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kudos vault 1")
    return base64.urlsafe_b64encode(derive.derive(key.encode()))
