"""Les exclusions que prononcent des personnes, et ce que les organismes contestent (SLA-8)."""

import sqlalchemy as sa
from alembic import op

from socle.schema import migration

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
PAR_MESURE = "exclue OR decidee"
LISTES = {
    "mesures_exclusions": ["id"],
    "mesures_exclusions_organisme": ["organisme", "id"],
}
REMPLACES = {
    "mesures_exclues": ["id"],
    "mesures_exclues_organisme": ["organisme", "id"],
}


def upgrade() -> None:
    _exclusions()
    _contestations()
    for table in ("exclusions", "annulations", "contestations", "decisions"):
        migration.par_organisme(op, table)
    op.add_column(
        "mesures",
        sa.Column(
            "decidee",
            sa.Boolean,
            nullable=False,
            server_default=sa.text("false"),
            comment="Une personne a décidé d'une de ses exclusions.",
        ),
    )
    for nom, colonnes in LISTES.items():
        op.create_index(nom, "mesures", colonnes, postgresql_where=sa.text(PAR_MESURE))
    for nom in REMPLACES:
        op.drop_index(nom, "mesures")


def _exclusions() -> None:
    op.create_table(
        "exclusions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("mesure_id", sa.Uuid, nullable=False),
        sa.Column("sujet", sa.Text, nullable=False, comment="La sorte de sujet."),
        sa.Column("sujet_id", sa.Text, nullable=False),
        sa.Column("fiche", sa.Text, nullable=False),
        sa.Column("indicateur", sa.Text, nullable=False),
        sa.Column("condition", sa.Text, nullable=False),
        sa.Column(
            "libelle", sa.Text, nullable=False, comment="Celui du jour où elle fut prononcée."
        ),
        sa.Column("motif", sa.Text, nullable=False),
        sa.Column("preuve", sa.Text, nullable=False, comment="Une référence."),
        sa.Column("empreinte", sa.Text, comment="SHA-256 de la pièce."),
        sa.Column("prononcee_le", INSTANT, nullable=False),
        sa.Column("prononcee_par", sa.Text, nullable=False),
        comment="Les mesures qu'une personne exclut (SLA-8).",
    )
    op.create_index("exclusions_sujet", "exclusions", ["sujet_id"])
    op.create_index("exclusions_mesure", "exclusions", ["mesure_id"])
    op.create_table(
        "annulations",
        sa.Column("exclusion_id", sa.Uuid, primary_key=True),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("motif", sa.Text, nullable=False),
        sa.Column("annulee_le", INSTANT, nullable=False),
        sa.Column("annulee_par", sa.Text, nullable=False),
        sa.Column("contestation_id", sa.Uuid, comment="Celle qui l'a obtenue, s'il y en a une."),
        sa.ForeignKeyConstraint(["exclusion_id"], ["exclusions.id"], name="annulations_exclusion"),
        comment="Ce qui annule une exclusion, une fois.",
    )


def _contestations() -> None:
    op.create_table(
        "contestations",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("objet", sa.Text, nullable=False),
        sa.Column("objet_id", sa.Uuid, nullable=False),
        sa.Column("condition", sa.Text, comment="D'une condition seulement."),
        sa.Column("sujet", sa.Text, nullable=False, comment="La sorte de sujet."),
        sa.Column("sujet_id", sa.Text, nullable=False),
        sa.Column("motif", sa.Text, nullable=False),
        sa.Column("fait_nouveau", sa.Text),
        sa.Column("preuve", sa.Text, comment="Une référence."),
        sa.Column("empreinte", sa.Text, comment="SHA-256 de la pièce."),
        sa.Column("ouverte_le", INSTANT, nullable=False),
        sa.Column("ouverte_par", sa.Text, nullable=False),
        sa.Column("decideur", sa.Text, comment="Qui a posé ce qui est contesté, s'il est connu."),
        sa.Column("version_contestee", sa.Integer, comment="D'une indisponibilité seulement."),
        comment="Ce qu'un organisme conteste d'une mesure (SLA-8).",
    )
    op.create_index("contestations_ouverte", "contestations", ["ouverte_le", "id"])
    op.create_index("contestations_organisme", "contestations", ["organisme", "ouverte_le", "id"])
    op.create_index("contestations_objet", "contestations", ["objet_id"])
    op.create_index("contestations_sujet", "contestations", ["sujet_id"])
    op.create_table(
        "decisions",
        sa.Column("contestation_id", sa.Uuid, primary_key=True),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("etat", sa.Text, nullable=False),
        sa.Column("motif", sa.Text),
        sa.Column("prise_le", INSTANT, nullable=False),
        sa.Column("prise_par", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["contestation_id"], ["contestations.id"], name="decisions_contestation"
        ),
        comment="Ce qui finit une contestation, une fois.",
    )


def downgrade() -> None:
    for nom, colonnes in REMPLACES.items():
        op.create_index(nom, "mesures", colonnes, postgresql_where=sa.text("exclue"))
    for nom in LISTES:
        op.drop_index(nom, "mesures")
    op.drop_column("mesures", "decidee")
    for table in ("decisions", "contestations", "annulations", "exclusions"):
        op.drop_table(table)
