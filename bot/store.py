"""Everything that is kept, in one place, and writes across its parts."""

from typing import Final

from bot import sights
from bot.accounts import Accounts
from bot.addresses import Domains
from bot.ageing import Ageing
from bot.audit import Audit
from bot.copies import Copies
from bot.database import Database, Step
from bot.digests import Digests
from bot.directory import Directory
from bot.erasures import Erasures
from bot.export_log import ExportLog
from bot.ledger import Ledger
from bot.model import Sight
from bot.organisations import Organisations
from bot.places import Places
from bot.postbox import Postbox
from bot.quiets import Quiets
from bot.reports import Reports
from bot.roles import Roles
from bot.settings import Settings
from bot.sights import Sights
from bot.tally import Tally
from bot.versions import Versions
from bot.weeks import Weeks

ONE_NAME_EACH: Final = Domains()  #: no two domains mean the same


class Store:
    def __init__(self, database: Database, domains: Domains = ONE_NAME_EACH, sight: Sight = Sight.EVERYONE) -> None:
        """
        Args:
            domains: of e-mail addresses, that mean the same.
            sight: who may see what somebody was thanked for who has not chosen yet.
        """
        self._database = database
        self.organisations = Organisations(database)
        self.directory = Directory(database, domains, leaving=sights.left)
        self.places = Places(database)
        self.settings = Settings(database)
        self.posts = Postbox(database)
        self.versions = Versions(database)
        self.tally = Tally(database)
        self.digests = Digests(database, self.settings)
        self.weeks = Weeks(database)
        self.roles = Roles(database)
        self.audit = Audit(database)
        self.exports = ExportLog(database)
        self.erasures = Erasures(database)
        self.ageing = Ageing(database)
        self.reports = Reports(database)
        self.accounts = Accounts(database, self.organisations, self.settings)
        self.sights = Sights(database, self.accounts, self.settings, sight)
        self.quiets = Quiets(database, self.accounts, self.settings)
        self.ledger = Ledger(database, self.sights.seen, self.quiets.state)
        self.copies = Copies(database, self.directory, self.ledger, self.roles)

    async def write(self, *steps: Step) -> int | None:
        """Carry out `steps` in one transaction.

        Returns None, or the number of the gate at which everything was taken back.
        """
        changed = await self._database.write(*steps)
        stopped = len(changed) - 1
        return None if stopped < 0 or changed[stopped] or not steps[stopped].gate else stopped

    async def ready(self) -> bool:
        """Whether the database answers."""
        await self._database.rows("SELECT 1 AS one")
        return True

    async def close(self) -> None:
        await self._database.close()
