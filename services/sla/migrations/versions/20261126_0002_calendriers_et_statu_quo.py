"""Le calendrier publié, le statu quo, l'histoire qui en suit une autre."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from calendrier import lire_versions
from socle.schema import migration

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _calendriers()
    _statu_quo()
    op.add_column(
        "histoires",
        sa.Column("origine_sorte", sa.Text, comment="Le sujet dont l'histoire précède."),
    )
    op.add_column("histoires", sa.Column("origine_id", sa.Text))
    op.create_index(
        "histoires_origine",
        "histoires",
        ["origine_id"],
        postgresql_where=sa.text("origine_id IS NOT NULL"),
    )
    # La version précédente du code l'écrit encore; elle se retirera dans une version suivante.
    op.alter_column("sujets", "calendrier", server_default=sa.text("''"))
    op.drop_index("sujets_calendrier", "sujets")


def _calendriers() -> None:
    table = op.create_table(
        "calendriers",
        sa.Column("version", sa.Text, primary_key=True),
        sa.Column("en_vigueur_depuis", sa.Date, nullable=False),
        sa.Column("rang", sa.BigInteger, nullable=False),
        sa.Column("document", JSONB, nullable=False),
        comment="Les versions du calendrier publiées par le catalogue (SLA-1).",
    )
    migration.commune(op, "calendriers")
    # Celles de la mise en route, que le catalogue republie à l'identique.
    op.bulk_insert(
        table,
        [
            {
                "version": v.version,
                "en_vigueur_depuis": v.en_vigueur_depuis,
                "rang": 0,
                "document": v.vers_document(),
            }
            for v in lire_versions()
        ],
    )


def _statu_quo() -> None:
    op.create_table(
        "statu_quo",
        sa.Column("statu_quo_id", sa.Uuid, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("fiche", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("statu_quo_id", "organisme"),
        comment="Les versions que des organismes gardent, connues ou non (CAT-6).",
    )
    op.create_table(
        "fins_de_statu_quo",
        sa.Column("statu_quo_id", sa.Uuid, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("fiche", sa.Text, nullable=False),
        sa.Column("fin", sa.Date, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("statu_quo_id", "organisme"),
        comment="La dernière fin dite de chaque statu quo, connu ou non (CAT-6).",
    )
    migration.par_organisme(op, "statu_quo")
    migration.par_organisme(op, "fins_de_statu_quo")


def downgrade() -> None:
    op.create_index("sujets_calendrier", "sujets", ["calendrier"])
    op.alter_column("sujets", "calendrier", server_default=None)
    op.drop_index("histoires_origine", "histoires")
    op.drop_column("histoires", "origine_id")
    op.drop_column("histoires", "origine_sorte")
    for table in ("calendriers", "fins_de_statu_quo", "statu_quo"):
        op.drop_table(table)
