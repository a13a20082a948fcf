"""The first tables, and the triggers that keep a quote as it was given."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
_REFUSAL = "a quote is never changed"


def upgrade() -> None:
    """To this revision."""
    _members()
    _quotes()
    _conversations()
    _papers()


def downgrade() -> None:
    """To an empty database."""
    for table in ("hand_overs", "accident_drafts", "messages", "conversations"):
        op.drop_table(table)
    for table in ("quotes", "line_links", "policies", "members"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_quote()")


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
    )
    op.create_table(
        "policies",
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("member_id", sa.String(64), nullable=False),
        sa.Column("product", sa.String(20), nullable=False),
        sa.Column("plan", sa.String(20)),
        sa.Column("course", sa.Integer()),
        sa.Column("industry", sa.Integer()),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("deductible_yen", sa.Integer()),
        sa.Column("premium_yen", sa.Integer(), nullable=False),
        sa.Column("surcharge_percent", sa.Integer(), nullable=False),
        sa.Column("period_from", MOMENT, nullable=False),
        sa.Column("period_until", MOMENT, nullable=False),
        sa.CheckConstraint("period_from < period_until", name=op.f("ck_policies_period")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_policies_member_id_members", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_policies"),
    )
    op.create_index("ix_policies_member_id", "policies", ["member_id"])
    op.create_table(
        "line_links",
        sa.Column("sender_hash", sa.String(64), nullable=False),
        sa.Column("member_id", sa.String(64), nullable=False),
        sa.Column("linked_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_line_links_member_id_members", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sender_hash", name="pk_line_links"),
    )
    op.create_index("ix_line_links_member_id", "line_links", ["member_id"])


def _quotes() -> None:
    op.create_table(
        "quotes",
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("product", sa.String(20), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("table_version", sa.String(200), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("conversation_id", sa.String(64)),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_quotes"),
    )
    op.create_index("ix_quotes_conversation_id", "quotes", ["conversation_id"])
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER quotes_refuse_{change.lower()} BEFORE {change} ON quotes "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_change_of_quote() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER quotes_refuse_change BEFORE UPDATE OR DELETE ON quotes "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_quote()"
    )


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index("ix_conversations_last_at", "conversations", ["last_at"])
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("direction", sa.String(3), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("buttons", sa.JSON(), nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.Column("external_id", sa.String(200)),
        sa.Column("reply_to", sa.Integer()),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_messages_direction")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_messages_conversation_id_conversations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reply_to"], ["messages.id"], name="fk_messages_reply_to_messages", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("conversation_id", "external_id", name="uq_messages_conversation_id_external_id"),
    )
    op.create_index("ix_messages_conversation_id_id", "messages", ["conversation_id", "id"])
    op.create_index("ix_messages_created_at", "messages", ["created_at"])
    op.create_index("ix_messages_reply_to", "messages", ["reply_to"])


def _papers() -> None:
    op.create_table(
        "accident_drafts",
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("conversation_id", sa.String(64)),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'complete', 'abandoned')", name=op.f("ck_accident_drafts_status")
        ),
        sa.PrimaryKeyConstraint("number", name="pk_accident_drafts"),
    )
    op.create_index("ix_accident_drafts_conversation_id", "accident_drafts", ["conversation_id"])
    op.create_index("ix_accident_drafts_updated_at", "accident_drafts", ["updated_at"])
    op.create_table(
        "hand_overs",
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("conversation_id", sa.String(64)),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint("status IN ('open', 'taken', 'closed')", name=op.f("ck_hand_overs_status")),
        sa.PrimaryKeyConstraint("number", name="pk_hand_overs"),
    )
    op.create_index("ix_hand_overs_conversation_id", "hand_overs", ["conversation_id"])
    op.create_index("ix_hand_overs_status", "hand_overs", ["status"])
    op.create_index("ix_hand_overs_updated_at", "hand_overs", ["updated_at"])
