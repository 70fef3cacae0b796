"""Les avenants des contrats."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from socle.schema import migration

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "avenants",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("numero", sa.Integer, nullable=False, comment="Son rang au contrat."),
        sa.Column("contrat_id", sa.Uuid, nullable=False),
        sa.Column("dossier_id", sa.Uuid),
        sa.Column("etat", sa.Text, nullable=False),
        sa.Column("texte", JSONB, nullable=False),
        sa.Column("effet", JSONB, nullable=False),
        sa.Column("autorisation_exigee", sa.Boolean, nullable=False),
        sa.Column("preparation", JSONB, nullable=False),
        sa.Column("validation", JSONB(none_as_null=True)),
        sa.Column("autorisation", JSONB(none_as_null=True)),
        sa.Column("signature_client", JSONB(none_as_null=True)),
        sa.Column("signature_fournisseur", JSONB(none_as_null=True)),
        sa.Column("copie", JSONB(none_as_null=True)),
        sa.Column("abandon", JSONB(none_as_null=True)),
        sa.PrimaryKeyConstraint("organisme", "id"),
        sa.UniqueConstraint("organisme", "contrat_id", "numero", name="avenants_numero"),
    )
    op.create_index("avenants_id", "avenants", ["id"])
    op.create_index("avenants_contrat", "avenants", ["contrat_id", "numero"])
    op.create_index(
        "avenants_ouverts",
        "avenants",
        ["organisme", "contrat_id"],
        unique=True,
        postgresql_where=sa.text("etat IN ('prepare', 'valide', 'signe_client')"),
    )
    migration.par_organisme(op, "avenants")


def downgrade() -> None:
    op.drop_table("avenants")
