"""accounts, mail, audit log, withdrawals, course modes, directory work, reports and tasks

Only new tables and two columns with a default: the version before this one goes on working beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course_modes",
        sa.Column("course_key", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("mode in ('open', 'assigned', 'hidden')", name=op.f("ck_course_modes_mode")),
        sa.PrimaryKeyConstraint("course_key", name=op.f("pk_course_modes")),
    )
    op.create_table(
        "erasures",
        sa.Column("person_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("erased_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("person_hash", name=op.f("pk_erasures")),
    )
    op.create_table(
        "job_runs",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("last_ok_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_runs")),
    )
    op.create_table(
        "mistake_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mistake_reports")),
    )
    op.create_table(
        "accounts",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("user_name", sa.String(length=60), nullable=True),
        sa.Column("user_fold", sa.String(length=120), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("email_fold", sa.String(length=254), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("last_sign_in_on", sa.Date(), nullable=False),
        sa.CheckConstraint("(email is null) = (email_fold is null)", name=op.f("ck_accounts_email")),
        sa.CheckConstraint("(user_name is null) = (user_fold is null)", name=op.f("ck_accounts_user")),
        sa.CheckConstraint("user_fold is not null or email_fold is not null", name=op.f("ck_accounts_sign_in")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_accounts_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email_fold", name=op.f("uq_accounts_email_fold")),
        sa.UniqueConstraint("user_fold", name=op.f("uq_accounts_user_fold")),
    )
    op.create_table(
        "audit_entries",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=16), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True),
        sa.Column("detail_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("prev", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("(detail is null) = (salt is null)", name=op.f("ck_audit_entries_erased")),
        sa.CheckConstraint("n >= 1", name=op.f("ck_audit_entries_n")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_audit_entries_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entries_hash")),
        sa.UniqueConstraint("prev", name=op.f("uq_audit_entries_prev")),
    )
    op.create_index(op.f("ix_audit_entries_action"), "audit_entries", ["action"], unique=False)
    op.create_index(op.f("ix_audit_entries_person_id"), "audit_entries", ["person_id"], unique=False)
    op.create_index(op.f("ix_audit_entries_subject"), "audit_entries", ["subject"], unique=False)

    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("to_address", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("params", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(length=60), nullable=True),
        sa.CheckConstraint("state in ('waiting', 'sending', 'sent', 'given_up')", name=op.f("ck_letters_state")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_letters_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("key", name=op.f("uq_letters_key")),
    )
    op.create_index(op.f("ix_letters_person_id"), "letters", ["person_id"], unique=False)
    op.create_index("ix_letters_state_due_at", "letters", ["state", "due_at"], unique=False)

    op.create_table(
        "listing_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=26), nullable=False),
        sa.Column("listing", sa.String(length=60), nullable=False),
        sa.Column("field", sa.String(length=8), nullable=False),
        sa.Column("old", sa.String(length=400), nullable=False),
        sa.Column("new", sa.String(length=400), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=8), nullable=True),
        sa.Column("override", sa.Boolean(), nullable=False),
        sa.CheckConstraint("decision in ('accepted', 'refused')", name=op.f("ck_listing_changes_decision")),
        sa.CheckConstraint("field in ('dial', 'web', 'email')", name=op.f("ck_listing_changes_field")),
        sa.CheckConstraint("(decision is null) = (decided_at is null)", name=op.f("ck_listing_changes_decided")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["people.id"], name=op.f("fk_listing_changes_decided_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["people.id"], name=op.f("fk_listing_changes_proposed_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_changes")),
        sa.UniqueConstraint("key", name=op.f("uq_listing_changes_key")),
    )
    op.create_index(op.f("ix_listing_changes_decided_by"), "listing_changes", ["decided_by"], unique=False)
    op.create_index(op.f("ix_listing_changes_listing"), "listing_changes", ["listing"], unique=False)
    op.create_index(op.f("ix_listing_changes_proposed_by"), "listing_changes", ["proposed_by"], unique=False)

    op.create_table(
        "listing_confirmations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing", sa.String(length=60), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("how in ('phone', 'page', 'mail')", name=op.f("ck_listing_confirmations_how")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_listing_confirmations_recorded_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_confirmations")),
    )
    op.create_index(op.f("ix_listing_confirmations_listing"), "listing_confirmations", ["listing"], unique=False)
    op.create_index(
        op.f("ix_listing_confirmations_recorded_by"), "listing_confirmations", ["recorded_by"], unique=False
    )

    op.create_table(
        "mail_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('register', 'confirm', 'reset')", name=op.f("ck_mail_tokens_kind")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_mail_tokens_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mail_tokens_token_hash")),
    )
    op.create_index(op.f("ix_mail_tokens_person_id"), "mail_tokens", ["person_id"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notices_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("person_id", "kind", name=op.f("uq_notices_person_id_kind")),
    )
    op.create_table(
        "opening_tasks",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_opening_tasks_recorded_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_opening_tasks")),
    )
    op.create_index(op.f("ix_opening_tasks_recorded_by"), "opening_tasks", ["recorded_by"], unique=False)

    op.create_table(
        "withdrawals",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=8), nullable=False),
        sa.CheckConstraint("reason in ('holder', 'mistake', 'misuse', 'other')", name=op.f("ck_withdrawals_reason")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_withdrawals_certificate_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_withdrawals")),
    )
    op.add_column("people", sa.Column("made_up", sa.Boolean(), server_default=sa.false(), nullable=False))

    op.add_column("signing_keys", sa.Column("made_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE signing_keys SET made_at = since")


def downgrade() -> None:
    op.drop_column("signing_keys", "made_at")
    op.drop_column("people", "made_up")
    op.drop_table("withdrawals")
    op.drop_table("opening_tasks")
    op.drop_table("notices")
    op.drop_table("mail_tokens")
    op.drop_table("listing_confirmations")
    op.drop_table("listing_changes")
    op.drop_table("letters")
    op.drop_table("audit_entries")
    op.drop_table("accounts")
    op.drop_table("mistake_reports")
    op.drop_table("job_runs")
    op.drop_table("erasures")
    op.drop_table("course_modes")
