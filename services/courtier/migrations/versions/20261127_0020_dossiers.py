"""Les dossiers d'acquisition, leurs actes, leurs avis, et le décret 596-2020."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from socle.schema import migration

revision = "0020"
down_revision = "0010"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_TABLES = ("dossiers", "dossiers_actes", "dossiers_offres", "dossiers_avis", "decret_596")


def upgrade() -> None:
    _dossiers()
    _actes()
    _avis()
    _decret()
    for table in _TABLES:
        migration.par_organisme(op, table)
    op.create_index("contrats_dossier", "contrats", ["organisme", "dossier_id"])


def _dossiers() -> None:
    op.create_table(
        "dossiers",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("titre", sa.Text, nullable=False),
        sa.Column("etat", sa.Text, nullable=False),
        sa.Column("etape", sa.Integer, nullable=False),
        sa.Column("tour", sa.Integer, nullable=False),
        sa.Column("contrat_id", sa.Uuid),
        sa.Column("ouvert_par", sa.Text, nullable=False),
        sa.Column("ouvert_le", _INSTANT, nullable=False),
        sa.Column("avise", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "id"),
        sa.CheckConstraint("etape BETWEEN 1 AND 5", name="dossiers_etape"),
    )
    op.create_index("dossiers_id", "dossiers", ["id"])
    op.create_index("dossiers_etat", "dossiers", ["etat", "id"])
    op.create_index("dossiers_etape_id", "dossiers", ["etape", "id"])
    op.create_index("dossiers_avises", "dossiers", ["avise", "id"])
    op.create_index("dossiers_organisme_etat", "dossiers", ["organisme", "etat", "id"])


def _actes() -> None:
    op.create_table(
        "dossiers_actes",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("dossier_id", sa.Uuid, nullable=False),
        sa.Column("rang", sa.Integer, nullable=False),
        sa.Column("tour", sa.Integer, nullable=False),
        sa.Column("geste", sa.Text, nullable=False),
        sa.Column("par", sa.Text, nullable=False),
        sa.Column("le", _INSTANT, nullable=False),
        sa.Column("contenu", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "dossier_id", "rang"),
    )
    op.create_index("dossiers_actes_dossier", "dossiers_actes", ["dossier_id", "rang"])
    op.create_table(
        "dossiers_offres",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("dossier_id", sa.Uuid, nullable=False),
        sa.Column("offre_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "dossier_id", "offre_id"),
    )
    op.create_index("dossiers_offres_offre", "dossiers_offres", ["offre_id", "dossier_id"])


def _avis() -> None:
    op.create_table(
        "dossiers_avis",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("dossier_id", sa.Uuid, nullable=False),
        sa.Column("offre_id", sa.Uuid, nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("le", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "dossier_id", "offre_id", "nature", "version"),
    )
    op.create_index(
        "dossiers_avis_dossier",
        "dossiers_avis",
        ["dossier_id", "le", "offre_id", "nature", "version"],
    )


def _decret() -> None:
    op.create_table(
        "decret_596",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("rang", sa.Integer, nullable=False),
        sa.Column("oblige", sa.Boolean, nullable=False),
        sa.Column("depuis", sa.Date, nullable=False),
        sa.Column("motif", sa.Text, nullable=False),
        sa.Column("par", sa.Text, nullable=False),
        sa.Column("le", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "rang"),
    )


def downgrade() -> None:
    op.drop_index("contrats_dossier", "contrats")
    for table in reversed(_TABLES):
        op.drop_table(table)
