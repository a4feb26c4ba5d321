"""What the role of `DATABASE_URL` may do in a PostgreSQL whose tables another role owns: nothing to what was noted."""

from typing import Final

import psycopg
from psycopg import sql

from adapters import storage
from bot.errors import ConfigError
from bot.migrations import KEPT

_READ_ONLY: Final = ("migration",)

_USE: Final = (
    sql.SQL("GRANT USAGE ON SCHEMA {schema} TO {role}"),
    sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}"),
)
_ONLY_ADD: Final = sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES ON {table} FROM {role}, PUBLIC")
_ONLY_READ: Final = sql.SQL("REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {role}, PUBLIC")
_MAY_STILL: Final = """
SELECT COALESCE(bool_or(
    pg_has_role(%(role)s, relowner, 'MEMBER') OR has_table_privilege(%(role)s, oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')
), true)
FROM pg_class WHERE oid = ANY (SELECT to_regclass(kept) FROM unnest(%(kept)s::text[]) AS kept)
"""


def grant(owner_url: str, url: str) -> str:
    """Let the role of `url` use the tables that the role of `owner_url` owns; the name of that role.

    Raises:
        ConfigError: the server does not let them, or that role could change the audit log all the same.
    """
    try:
        with psycopg.connect(url, connect_timeout=5) as known:
            role, database = _one(known, "SELECT current_user, current_database()")
        with psycopg.connect(owner_url, connect_timeout=5) as owner:
            _, there, schema = _one(owner, "SELECT current_user, current_database(), current_schema()")
            if there != database:
                raise ConfigError([f"MIGRATE_DATABASE_URL: it is the database {there}, and DATABASE_URL is {database}"])
            names = {"schema": sql.Identifier(str(schema)), "role": sql.Identifier(str(role))}
            for statement in _USE:
                owner.execute(statement.format(**names))
            for tables, statement in ((KEPT, _ONLY_ADD), (_READ_ONLY, _ONLY_READ)):
                for table in tables:
                    owner.execute(statement.format(table=sql.Identifier(str(schema), table), **names))
            # Raised in here: what was granted is then taken back.
            if _one(owner, _MAY_STILL, role=role, kept=list(KEPT)) != (False,):
                raise ConfigError(
                    [
                        f"DATABASE_URL: its role {role} could change the audit log: it owns the tables, or may do "
                        "everything. Let the role of MIGRATE_DATABASE_URL own them (REASSIGN OWNED); the other needs "
                        "nothing but to log in."
                    ]
                )
    except psycopg.Error as error:
        told = str(error).splitlines() or [type(error).__name__]
        raise ConfigError([f"MIGRATE_DATABASE_URL: cannot let {storage.called(url)} be used: {told[0]}"]) from None
    return str(role)


def _one(connection: psycopg.Connection[tuple[object, ...]], statement: str, **values: object) -> tuple[object, ...]:
    found = connection.execute(statement.encode(), values or None).fetchone()
    assert found is not None  # noqa: S101 - such a statement always has a row
    return found
