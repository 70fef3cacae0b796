"""Histoires, fiches, mesures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from socle.schema import migration

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    migration.creer_socle(op)
    op.create_table(
        "histoires",
        sa.Column("demande_id", sa.Uuid, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("evenement_id", sa.Uuid, nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("survenu_le", INSTANT, nullable=False),
        sa.Column("enregistre_le", INSTANT, nullable=False),
        sa.Column(
            "donnees", JSONB, nullable=False, comment="Création, livraison faite ou attendues."
        ),
        sa.PrimaryKeyConstraint("demande_id", "organisme", "evenement_id"),
        comment="Les épisodes de chaque demande, un par événement; jamais modifiés.",
    )
    op.create_table(
        "rectifications",
        sa.Column("demande_id", sa.Uuid, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("acte_id", sa.Uuid, nullable=False),
        sa.Column("rang", sa.BigInteger, nullable=False, comment="La séquence de l'événement."),
        sa.Column("survenu_le", INSTANT, comment="L'heure juste; nul : l'acte est nul."),
        sa.PrimaryKeyConstraint("demande_id", "organisme", "acte_id", "rang"),
        comment="Les rectifications des épisodes, connus ou non; jamais modifiées (DEM-13).",
    )
    op.create_table(
        "fiches",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("titre", sa.Text, nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("fin", sa.Date),
        sa.Column("indicateurs", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("code", "version"),
        comment="Les versions de fiches publiées par le catalogue.",
    )
    op.create_table(
        "mesures",
        sa.Column("demande_id", sa.Uuid, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("numero", sa.Text),
        sa.Column("sorte", sa.Text),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("raison", sa.Text, nullable=False),
        sa.Column("indicateur", sa.Text),
        sa.Column("fiche", sa.Text),
        sa.Column("fiche_version", sa.Integer),
        sa.Column("delai", sa.Integer, comment="Jours ouvrables."),
        sa.Column("cible", sa.Numeric(7, 6), comment="Part entre 0 et 1."),
        sa.Column("calendrier", sa.Text, nullable=False, comment="La version qui a servi."),
        sa.Column("j0", sa.Date),
        sa.Column("fin", INSTANT),
        sa.Column("jours", sa.Integer, comment="Jours ouvrables comptés."),
        sa.Column("periode", sa.Text, comment="Mois de la fin à Québec, « aaaa-mm »."),
        sa.Column("exercice", sa.Text),
        sa.Column("exclue", sa.Boolean, nullable=False),
        sa.Column("signalee", sa.Boolean, nullable=False),
        sa.Column("examens", JSONB, nullable=False, comment="Conditions examinées (SLA-8)."),
        sa.Column("a_rejouer", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.PrimaryKeyConstraint("demande_id", "organisme"),
        comment="Le dernier verdict rejoué de chaque demande.",
    )
    op.create_index("mesures_taux", "mesures", ["periode", "indicateur", "organisme"])
    op.create_index("mesures_j0", "mesures", ["j0"])
    op.create_index("mesures_calendrier", "mesures", ["calendrier"])
    op.create_index(
        "mesures_a_rejouer", "mesures", ["demande_id"], postgresql_where=sa.text("a_rejouer")
    )
    migration.par_organisme(op, "histoires")
    migration.par_organisme(op, "rectifications")
    migration.commune(op, "fiches")
    migration.par_organisme(op, "mesures")


def downgrade() -> None:
    for table in ("mesures", "fiches", "rectifications", "histoires"):
        op.drop_table(table)
