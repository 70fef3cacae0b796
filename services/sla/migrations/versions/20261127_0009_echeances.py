"""L'échéance projetée de chaque mesure ouverte, et ce qu'une alerte en lit (SLA-6)."""

import sqlalchemy as sa
from alembic import op

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
    op.execute(MARQUER)


def downgrade() -> None:
    for nom in INDEX:
        op.drop_index(nom, "mesures")
    for nom, _, _ in COLONNES:
        op.drop_column("mesures", nom)
