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
    _histoires()
    _fiches()
    _mesures()


def _histoires() -> None:
    op.create_table(
        "histoires",
        sa.Column("sujet", sa.Text, nullable=False, comment="La sorte de sujet."),
        sa.Column("sujet_id", sa.Text, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("acte_id", sa.Uuid, nullable=False, comment="L'événement qui l'a dit."),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("survenu_le", INSTANT, nullable=False),
        sa.Column("enregistre_le", INSTANT, nullable=False),
        sa.Column("faits", JSONB, nullable=False, comment="Les faits nommés de l'événement."),
        sa.Column("attendues", JSONB, nullable=False, comment="Les livraisons qu'il annonce."),
        sa.PrimaryKeyConstraint("sujet", "sujet_id", "organisme", "acte_id"),
        comment="Les épisodes de chaque sujet, un par événement; jamais modifiés.",
    )
    op.create_index("histoires_acte", "histoires", ["acte_id"])
    op.create_table(
        "rectifications",
        sa.Column("acte_id", sa.Uuid, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("rang", sa.BigInteger, nullable=False, comment="La séquence de l'événement."),
        sa.Column("survenu_le", INSTANT, comment="L'heure juste; nul : l'acte est nul."),
        sa.PrimaryKeyConstraint("acte_id", "organisme", "rang"),
        comment="Les rectifications des épisodes, connus ou non; jamais modifiées (DEM-13).",
    )
    migration.par_organisme(op, "histoires")
    migration.par_organisme(op, "rectifications")


def _fiches() -> None:
    op.create_table(
        "fiches",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("titre", sa.Text, nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("indicateurs", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("code", "version"),
        comment="Les versions de fiches publiées par le catalogue.",
    )
    op.create_table(
        "retraits",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("code", "version", "debut"),
        comment="Les versions qui ne vaudront pas, connues ou non (CAT-2).",
    )
    migration.commune(op, "fiches")
    migration.commune(op, "retraits")


def _mesures() -> None:
    op.create_table(
        "sujets",
        sa.Column("sorte", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column(
            "jusqua", sa.Date, nullable=False, comment="Le jour de son dernier fait, à Québec."
        ),
        sa.Column("calendrier", sa.Text, nullable=False, comment="La version qui l'a jugé."),
        sa.Column("a_rejouer", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.PrimaryKeyConstraint("sorte", "id", "organisme"),
        comment="Les sujets connus, mesurés ou non, et ce sous quoi on les a jugés.",
    )
    op.create_index("sujets_jusqua", "sujets", ["jusqua"])
    op.create_index("sujets_calendrier", "sujets", ["calendrier"])
    op.create_index("sujets_a_rejouer", "sujets", ["id"], postgresql_where=sa.text("a_rejouer"))
    op.create_table(
        "mesures",
        sa.Column(
            "id", sa.Uuid, nullable=False, comment="v5 de (sujet, fiche, indicateur) (SLA-10)."
        ),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("sujet", sa.Text, nullable=False, comment="La sorte de sujet."),
        sa.Column("sujet_id", sa.Text, nullable=False),
        sa.Column("numero", sa.Text),
        sa.Column("sorte", sa.Text, comment="Ce que le sujet est, s'il le dit."),
        sa.Column("indicateur", sa.Text, nullable=False),
        sa.Column("fiche", sa.Text, nullable=False),
        sa.Column("fiche_version", sa.Integer, nullable=False),
        sa.Column("horloge", sa.Text, nullable=False),
        sa.Column("delai", sa.Integer, comment="Dans l'unité de l'horloge."),
        sa.Column("cible", sa.Numeric(7, 6), comment="Part entre 0 et 1."),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("raison", sa.Text, nullable=False),
        sa.Column("calendrier", sa.Text, nullable=False, comment="La version qui a servi."),
        sa.Column("j0", sa.Date),
        sa.Column("fin", INSTANT),
        sa.Column("jours", sa.Integer, comment="Les jours comptés, dans l'unité de l'horloge."),
        sa.Column("periode", sa.Text, comment="Mois de la fin à Québec, « aaaa-mm »."),
        sa.Column("exercice", sa.Text),
        sa.Column("exclue", sa.Boolean, nullable=False),
        sa.Column("signalee", sa.Boolean, nullable=False),
        sa.Column("examens", JSONB, nullable=False, comment="Conditions examinées (SLA-8)."),
        sa.PrimaryKeyConstraint("id", "organisme"),
        comment="Le dernier verdict rejoué de chaque sujet, sous chaque indicateur.",
    )
    op.create_index("mesures_taux", "mesures", ["periode", "indicateur", "organisme"])
    op.create_index("mesures_sujet", "mesures", ["sujet_id"])
    migration.par_organisme(op, "sujets")
    migration.par_organisme(op, "mesures")


def downgrade() -> None:
    for table in ("mesures", "sujets", "retraits", "fiches", "rectifications", "histoires"):
        op.drop_table(table)
