"""L'échéance projetée de chaque mesure ouverte, et ce qui s'en annonce (SLA-6)."""

import sqlalchemy as sa
from alembic import op

from socle.schema import migration

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COLONNES = (
    ("echeance", sa.Date, "Projetée; nulle : suspendue, finie ou sans délai (SLA-6)."),
    ("a_risque_le", sa.Date, "Le jour dès lequel elle est à risque."),
    ("reprise", sa.Uuid, "L'acte qui l'a mise en dernier à la charge du MCN."),
    ("heures", sa.Text, "Les heures de service de l'indicateur : « csc »…"),
)
INDEX = {"mesures_echeance": "echeance", "mesures_a_risque": "a_risque_le"}
INDEX_ALERTES = {
    "alertes_mesure": ["mesure_id", "nature"],
    "alertes_organisme": ["organisme", "annoncee_le", "id"],
    "alertes_annoncees": ["annoncee_le", "id"],
    "alertes_indicateur": ["indicateur", "annoncee_le", "id"],
    "alertes_sujet": ["sujet_id"],
}
MARQUER = """
UPDATE sujets AS s SET a_rejouer = true FROM mesures AS m
WHERE m.sujet = s.sorte AND m.sujet_id = s.id AND m.organisme = s.organisme
AND m.verdict = 'en_cours' AND NOT s.a_rejouer
"""


def upgrade() -> None:
    for nom, genre, comment in COLONNES:
        op.add_column("mesures", sa.Column(nom, genre, comment=comment))
    for nom, colonne in INDEX.items():
        op.create_index(
            nom, "mesures", [colonne], postgresql_where=sa.text(f"{colonne} IS NOT NULL")
        )
    op.create_index(
        "mesures_manquees", "mesures", ["fin"], postgresql_where=sa.text("verdict = 'manquee'")
    )
    op.execute(MARQUER)
    _alertes()


def _alertes() -> None:
    op.create_table(
        "alertes",
        sa.Column("id", sa.Uuid, comment="v5 de (mesure, nature, échéance, reprise)."),
        sa.Column("organisme", sa.Text),
        sa.Column("nature", sa.Text, nullable=False, comment="« a_risque » ou « manquee »."),
        sa.Column("mesure_id", sa.Uuid, nullable=False),
        sa.Column("sujet", sa.Text, nullable=False, comment="La sorte de sujet."),
        sa.Column("sujet_id", sa.Text, nullable=False),
        sa.Column("numero", sa.Text),
        sa.Column("indicateur", sa.Text, nullable=False),
        sa.Column("fiche", sa.Text, nullable=False),
        sa.Column("fiche_version", sa.Integer, nullable=False),
        sa.Column("exclue", sa.Boolean, nullable=False, comment="Hors du taux ajusté, ce jour-là."),
        sa.Column("echeance", sa.Date, comment="Celle d'alors; nulle : finie avant d'être dite."),
        sa.Column("reprise", sa.Uuid, comment="À risque : l'acte d'où la mesure courait."),
        sa.Column("annoncee_le", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "organisme"),
        comment="Ce qui fut annoncé de chaque cible, une fois; jamais modifié (SLA-6).",
    )
    for nom, colonnes in INDEX_ALERTES.items():
        op.create_index(nom, "alertes", colonnes)
    migration.par_organisme(op, "alertes")


def downgrade() -> None:
    op.drop_table("alertes")
    for nom in (*INDEX, "mesures_manquees"):
        op.drop_index(nom, "mesures")
    for nom, _, _ in COLONNES:
        op.drop_column("mesures", nom)
