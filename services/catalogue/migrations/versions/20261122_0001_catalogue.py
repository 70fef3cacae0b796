"""Fiches, produits, prix."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from socle.schema import migration

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PLIES = "Code, libellé et catégorie, pliés."
TABLES = ("fiches", "fiche_versions", "codes_reserves", "produits", "produit_prix")


def upgrade() -> None:
    migration.creer_socle(op)
    op.create_table("fiches", sa.Column("code", sa.Text, primary_key=True))
    op.create_table(
        "fiche_versions",
        sa.Column("code", sa.Text, sa.ForeignKey("fiches.code"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("contenu", JSONB, nullable=False, comment="Tout ce que dit la version."),
        sa.Column("retiree_le", sa.DateTime(timezone=True)),
        sa.Column("publie_le", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remplace_par", sa.Integer),
    )
    _versions_effectives("fiche_versions", "remplace_par IS NULL AND retiree_le IS NULL")
    op.create_table(
        "codes_reserves",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("fiche", sa.Text, sa.ForeignKey("fiches.code"), nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        comment="Un code est à une seule fiche, et d'une seule nature, pour toujours.",
    )
    op.create_table(
        "produits",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("sorte", sa.Text, nullable=False),
        sa.Column("statut", sa.Text, nullable=False),
        sa.Column("libelle", sa.Text, nullable=False),
        sa.Column("categorie", sa.Text, nullable=False),
        sa.Column("noyau", sa.Boolean, nullable=False),
        sa.Column("normalise", sa.Boolean, nullable=False),
        sa.Column("gamme", sa.Text, nullable=False),
        sa.Column("reserve_hauts_dirigeants", sa.Boolean, nullable=False),
        sa.Column("tarifs", ARRAY(sa.Text), nullable=False),
        sa.Column("recherche", sa.Text, nullable=False, comment=PLIES),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "produit_prix",
        sa.Column("code", sa.Text, sa.ForeignKey("produits.code"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("prix", sa.Numeric(14, 2), nullable=False, comment="Dollars, avant majoration."),
        sa.Column("publie_le", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remplace_par", sa.Integer),
    )
    _versions_effectives("produit_prix", "remplace_par IS NULL")
    for table in TABLES:
        migration.commune(op, table)


def _versions_effectives(table: str, effective: str) -> None:
    op.create_index(
        f"{table}_effectives",
        table,
        ["code", "debut"],
        unique=True,
        postgresql_where=sa.text(effective),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
