"""What Alembic runs; connection and transaction belong to the caller (records/migrating.py)."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from records.columns import Moment
from records.models import METADATA


def _render(kind: str, item: Any, _autogen: object) -> str | Literal[False]:
    """Plain types in a revision: it must not change when our classes do."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.types.TypeDecorator) and isinstance(item.impl, sa.String):
        return f"sa.String({item.impl.length or ''})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    compare_type=True,
    compare_server_default=True,
    render_item=_render,
    render_as_batch=True,  # SQLite changes a column by copying its table
)
context.run_migrations()
