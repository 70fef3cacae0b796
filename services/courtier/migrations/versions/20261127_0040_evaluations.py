"""Les évaluations du rendement, et celle de fin des contrats déjà conclus (CI-21)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from noyau import mois_plus_tard
from socle.horloge import horloge_systeme
from socle.schema import migration

revision = "0040"
down_revision = "0032"
branch_labels = None
depends_on = None

RAPPORT_JOURS = 60
CONCLUS = """
SELECT c.id, c.organisme, c.fournisseur_id, c.dossier_id, c.debut, c.duree_mois
FROM contrats c JOIN organismes o ON o.organisme = c.organisme AND o.assujetti_rcti
WHERE c.fournisseur_le IS NOT NULL ORDER BY c.id
"""
INDEX = (
    ("evaluations_id", ["id"]),
    ("evaluations_contrat", ["contrat_id", "id"]),
    ("evaluations_fournisseur", ["fournisseur_id", "id"]),
    ("evaluations_etat", ["etat", "id"]),
    ("evaluations_organisme_etat", ["organisme", "etat", "id"]),
    ("evaluations_annee", ["annee", "id"]),
    ("evaluations_nature", ["nature", "id"]),
)


def upgrade() -> None:
    table = op.create_table(
        "evaluations",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("etat", sa.Text, nullable=False),
        sa.Column("contrat_id", sa.Uuid, nullable=False),
        sa.Column("fournisseur_id", sa.Uuid, nullable=False),
        sa.Column("annee", sa.Integer),
        sa.Column("attendue_le", sa.Date),
        sa.Column("contenu", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "id"),
    )
    for nom, colonnes in INDEX:
        op.create_index(nom, "evaluations", colonnes)
    op.create_index(
        "evaluations_attendues",
        "evaluations",
        ["attendue_le", "id"],
        postgresql_where=sa.text("attendue_le IS NOT NULL"),
    )
    migration.par_organisme(op, "evaluations")
    conclus = op.get_bind().execute(sa.text(CONCLUS)).all()
    evaluations = [_evaluation(contrat) for contrat in conclus]
    obligations = [_obligation(c, e) for c, e in zip(conclus, evaluations, strict=True)]
    op.bulk_insert(table, evaluations)
    op.bulk_insert(sa.table("obligations", *map(sa.column, _OBLIGATION)), obligations)


_OBLIGATION = (
    *("organisme", "id", "nature", "objet_id", "contrat_id", "dossier_id", "due_le"),
    *("ouverte_le", "rappels"),
)


def _evaluation(contrat: Any) -> dict[str, Any]:  # noqa: ANN401 -- une ligne
    """L'évaluation de fin que doit un organisme assujetti au RCTI."""
    identifiant: UUID = uuid5(contrat.id, "evaluation-de-fin")
    fin: date = mois_plus_tard(contrat.debut, contrat.duree_mois)
    return {
        "organisme": contrat.organisme,
        "id": identifiant,
        "version": 1,
        "nature": "fin",
        "etat": "attendue",
        "contrat_id": contrat.id,
        "fournisseur_id": contrat.fournisseur_id,
        "annee": None,
        "attendue_le": fin + timedelta(days=RAPPORT_JOURS - 1),
        "contenu": {
            "id": str(identifiant),
            "version": 1,
            "organisme": contrat.organisme,
            "contrat_id": str(contrat.id),
            "fournisseur_id": str(contrat.fournisseur_id),
            "fin": fin.isoformat(),
            "rapport_jours": RAPPORT_JOURS,
        },
    }


def _obligation(contrat: Any, evaluation: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    return {
        "organisme": contrat.organisme,
        "id": uuid5(evaluation["id"], "evaluation_fin"),
        "nature": "evaluation_fin",
        "objet_id": evaluation["id"],
        "contrat_id": contrat.id,
        "dossier_id": contrat.dossier_id,
        "due_le": evaluation["attendue_le"],
        "ouverte_le": horloge_systeme(),
        "rappels": [],
    }


def downgrade() -> None:
    op.drop_table("evaluations")
