"""How long what is kept. Pure."""

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

AUDIT_MONTHS_LEAST: Final = 12  #: nothing of ours takes a row out of the audit log


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What an organisation decides of that."""

    text_months: int = 24  #: then the words of a kudos go
    leaver_days: int = 90  #: after which nothing in here names somebody whose account is switched off

    def words_before(self, now: datetime) -> datetime:
        """What was given before this has no words any more."""
        return months_before(now, self.text_months)

    def left_before(self, now: datetime) -> datetime:
        """Who left before this is named no more."""
        return now - timedelta(days=self.leaver_days)


DEFAULT: Final = Retention()


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and time that many months earlier, or the last day of that month."""
    total = moment.year * 12 + moment.month - 1 - months
    year, month = total // 12, total % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))
