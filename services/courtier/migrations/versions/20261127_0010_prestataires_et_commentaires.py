"""Les prestataires qualifiés, et ce que les organismes disent au Courtier."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from socle.schema import migration

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_INDEX = {
    "commentaires_id": ["id"],
    "commentaires_etat": ["etat", "id"],
    "commentaires_nature": ["nature", "id"],
    "commentaires_objet": ["objet_id", "id"],
    "commentaires_organisme_etat": ["organisme", "etat", "id"],
}


def upgrade() -> None:
    op.create_table(
        "prestataires",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("nom", sa.Text, nullable=False),
        sa.Column("neq", sa.Text),
        sa.Column("volets", JSONB, nullable=False),
        sa.Column("personne_ressource", sa.Text),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("fin", sa.Date),
        sa.Column("motif_retrait", sa.Text),
        sa.UniqueConstraint("neq", name="prestataires_neq"),
        sa.CheckConstraint("fin IS NULL OR debut < fin", name="prestataires_periode"),
    )
    migration.commune(op, "prestataires")
    op.create_table(
        "commentaires",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("etat", sa.Text, nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("objet", sa.Text, nullable=False),
        sa.Column("objet_id", sa.Uuid),
        sa.Column("texte", sa.Text, nullable=False),
        sa.Column("par", sa.Text, nullable=False),
        sa.Column("recu_le", _INSTANT, nullable=False),
        sa.Column("traite_par", sa.Text),
        sa.Column("traite_le", _INSTANT),
        sa.Column("reponses", JSONB, nullable=False),
        sa.Column("clos_par", sa.Text),
        sa.Column("clos_le", _INSTANT),
        sa.PrimaryKeyConstraint("organisme", "id"),
    )
    for nom, colonnes in _INDEX.items():
        op.create_index(nom, "commentaires", colonnes)
    migration.par_organisme(op, "commentaires")


def downgrade() -> None:
    for nom in ("commentaires", "prestataires"):
        op.drop_table(nom)
