"""Les sorties, dont celles des contrats déjà conclus (CI-24)."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid5

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from noyau import jour_de_quebec, mois_plus_tard
from socle.horloge import horloge_systeme
from socle.schema import migration

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

RAPPELS_MOIS = (9, 6, 3)
CONCLUS = """
SELECT id, organisme, dossier_id, debut, duree_mois FROM contrats
WHERE fournisseur_le IS NOT NULL ORDER BY id
"""
INDEX = (
    ("sorties_contrat", ["contrat_id"]),
    ("sorties_fin", ["fin", "contrat_id"]),
    ("sorties_organisme_fin", ["organisme", "fin", "contrat_id"]),
    ("sorties_etat", ["etat", "fin", "contrat_id"]),
)
_OBLIGATION = (
    *("organisme", "id", "nature", "objet_id", "contrat_id", "dossier_id", "due_le"),
    *("ouverte_le", "rappels"),
)


def upgrade() -> None:
    table = op.create_table(
        "sorties",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("contrat_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("etat", sa.Text, nullable=False),
        sa.Column("fin", sa.Date, nullable=False),
        sa.Column("contenu", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "contrat_id"),
    )
    for nom, colonnes in INDEX:
        op.create_index(nom, "sorties", colonnes)
    migration.par_organisme(op, "sorties")
    conclus = op.get_bind().execute(sa.text(CONCLUS)).all()
    op.bulk_insert(table, [_sortie(contrat) for contrat in conclus])
    aujourdhui = jour_de_quebec(horloge_systeme())
    # Un contrat déjà fini n'a plus de sortie à préparer.
    courants = [contrat for contrat in conclus if _fin(contrat) > aujourdhui]
    obligations = sa.table("obligations", *map(sa.column, _OBLIGATION))
    op.bulk_insert(obligations, [_obligation(contrat, aujourdhui) for contrat in courants])


def _fin(contrat: Any) -> date:  # noqa: ANN401 -- une ligne
    return mois_plus_tard(contrat.debut, contrat.duree_mois)


def _sortie(contrat: Any) -> dict[str, Any]:  # noqa: ANN401
    fin = _fin(contrat)
    return {
        "organisme": contrat.organisme,
        "contrat_id": contrat.id,
        "version": 1,
        "etat": "a_planifier",
        "fin": fin,
        "contenu": {
            "contrat_id": str(contrat.id),
            "organisme": contrat.organisme,
            "version": 1,
            "fin": fin.isoformat(),
        },
    }


def _obligation(contrat: Any, aujourdhui: date) -> dict[str, Any]:  # noqa: ANN401
    fin = _fin(contrat)
    rappels = sorted(mois_plus_tard(fin, -avant) for avant in RAPPELS_MOIS)
    return {
        "organisme": contrat.organisme,
        "id": uuid5(contrat.id, "sortie"),
        "nature": "sortie",
        "objet_id": contrat.id,
        "contrat_id": contrat.id,
        "dossier_id": contrat.dossier_id,
        "due_le": fin - timedelta(days=1),
        "ouverte_le": horloge_systeme(),
        "rappels": [jour for jour in rappels if jour > aujourdhui],
    }


def downgrade() -> None:
    op.drop_table("sorties")
