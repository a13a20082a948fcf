"""The errors of this room: one base with a stable `code`; none carries what a person wrote."""

from __future__ import annotations


class RecordsError(Exception):
    """Something is wrong with what is remembered."""

    code = "records_error"


class DatabaseUnavailable(RecordsError):
    """The database does not answer, is locked for too long, or cannot be opened."""

    code = "database_unavailable"


class DatabaseNotMigrated(RecordsError):
    """The database does not hold the tables of this version."""

    code = "database_not_migrated"


class StatementRefused(RecordsError):
    """The database refused a statement, for example one that breaks a constraint."""

    code = "statement_refused"


class Immutable(RecordsError):
    """A stored quote can neither be changed nor removed."""

    code = "immutable"


class NumbersExhausted(RecordsError):
    """No unused number was found in many attempts."""

    code = "numbers_exhausted"


class NotFound(RecordsError):
    """Nothing is stored under this key."""

    code = "not_found"


class QuoteNotFound(NotFound):
    """There is no quote with this number."""

    code = "quote_not_found"


class DraftNotFound(NotFound):
    """There is no accident draft with this number."""

    code = "draft_not_found"


class HandOverNotFound(NotFound):
    """There is no hand-over with this number."""

    code = "hand_over_not_found"


class ConversationNotFound(NotFound):
    """There is no conversation with this id."""

    code = "conversation_not_found"


class MemberNotFound(NotFound):
    """There is no member with this id."""

    code = "member_not_found"


class StatusRefused(RecordsError):
    """A hand-over cannot go from its status to the one asked for."""

    code = "status_refused"
