"""Ce qui se publie des contrats au SEAO."""

from collections.abc import Iterator
from datetime import UTC, date, timedelta
from typing import Any
from uuid import uuid5

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from noyau import jour_de_quebec, mois_plus_tard
from socle.schema import migration

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_TABLES = ("publications_seao", "etapes_seao")
# Les normes sous lesquelles tout contrat d'avant s'est conclu.
_SEUIL, _CONCLUSION_JOURS, _FIN_JOURS, _RAPPELS_JOURS = 25_000, 90, 90, (30, 7)
_LOT = 1_000
_CONCLUS = """
SELECT c.organisme, c.id, c.debut, c.duree_mois, c.montant, c.fournisseur_le, c.consigne_par,
    c.consigne_le, c.fournisseur_id, o.nom, o.assujetti_rcti, f.nom AS fournisseur_nom, f.neq,
    e.numero
FROM contrats AS c
JOIN organismes AS o ON o.organisme = c.organisme
JOIN fournisseurs AS f ON f.id = c.fournisseur_id
JOIN ententes AS e ON e.id = c.entente_id
WHERE c.fournisseur_le IS NOT NULL ORDER BY c.id
"""
_OBLIGATIONS = sa.table(
    "obligations",
    *(sa.column(nom, sa.Text) for nom in ("organisme", "nature")),
    *(sa.column(nom, sa.Uuid) for nom in ("id", "objet_id", "contrat_id")),
    sa.column("due_le", sa.Date),
    sa.column("ouverte_le", _INSTANT),
    sa.column("rappels", sa.ARRAY(sa.Date)),
)


def upgrade() -> None:
    publications, etapes = _publications(), _etapes()
    for table in _TABLES:
        migration.par_organisme(op, table)
    # Ce que sa signature ouvrirait sous ce code, d'un contrat déjà conclu.
    conclus = op.get_bind().execute(sa.text(_CONCLUS)).all()
    for debut in range(0, len(conclus), _LOT):
        lot = conclus[debut : debut + _LOT]
        op.bulk_insert(publications, [_publication(contrat) for contrat in lot])
        op.bulk_insert(etapes, [_conclusion(contrat) for contrat in lot])
        dues = [due for contrat in lot for due in _obligations(contrat)]
        if dues:
            op.bulk_insert(_OBLIGATIONS, dues)


def _fin(contrat: sa.Row[Any]) -> date:
    return mois_plus_tard(contrat.debut, contrat.duree_mois)


def _dates(contrat: sa.Row[Any]) -> dict[str, date]:
    """Ce qui est dû, et quand; rien sous le seuil, ou d'un organisme qui n'y est pas assujetti."""
    if not contrat.assujetti_rcti or contrat.montant < _SEUIL:
        return {}
    conclu = jour_de_quebec(contrat.fournisseur_le)
    return {
        "seao_conclusion": conclu + timedelta(days=_CONCLUSION_JOURS),
        "seao_fin": _fin(contrat) + timedelta(days=_FIN_JOURS - 1),
    }


def _publication(contrat: sa.Row[Any]) -> dict[str, Any]:
    dates = _dates(contrat)
    return {
        "organisme": contrat.organisme,
        "id": contrat.id,
        "version": 1,
        "requise": bool(dates),
        "organisme_nom": contrat.nom,
        "organisme_neq": None,
        "fournisseur_id": contrat.fournisseur_id,
        "fournisseur_nom": contrat.fournisseur_nom,
        "fournisseur_neq": contrat.neq,
        "entente": contrat.numero,
        "debut": contrat.debut,
        "conclu_le": contrat.fournisseur_le,
        "montant": contrat.montant,
        "echeances": [
            {"nature": nature, "objet_id": str(contrat.id), "due_le": due_le.isoformat()}
            for nature, due_le in dates.items()
        ],
        "due_le": min(dates.values(), default=None),
    }


def _conclusion(contrat: sa.Row[Any]) -> dict[str, Any]:
    return {
        "organisme": contrat.organisme,
        "contrat_id": contrat.id,
        "id": contrat.id,
        "rang": 1,
        "nature": "conclusion",
        "montant": contrat.montant,
        "fin": _fin(contrat),
        "le": contrat.fournisseur_le,
        "consignee_par": contrat.consigne_par,
        "consignee_le": contrat.consigne_le,
    }


def _obligations(contrat: sa.Row[Any]) -> Iterator[dict[str, Any]]:
    consigne = contrat.consigne_le.astimezone(UTC)
    for nature, due_le in _dates(contrat).items():
        rappels = [due_le - timedelta(days=avant) for avant in _RAPPELS_JOURS]
        yield {
            "organisme": contrat.organisme,
            "id": uuid5(contrat.id, f"{nature}:{consigne.isoformat()}"),
            "nature": nature,
            "objet_id": contrat.id,
            "contrat_id": contrat.id,
            "due_le": due_le,
            "ouverte_le": consigne,
            "rappels": [rappel for rappel in rappels if rappel > jour_de_quebec(consigne)],
        }


def _publications() -> sa.Table:
    table = op.create_table(
        "publications_seao",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False, comment="Celui du contrat."),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("requise", sa.Boolean, nullable=False),
        sa.Column(
            "organisme_nom", sa.Text, nullable=False, comment="Celui du jour de la conclusion."
        ),
        sa.Column("organisme_neq", sa.Text),
        sa.Column("fournisseur_id", sa.Uuid, nullable=False),
        sa.Column("fournisseur_nom", sa.Text, nullable=False),
        sa.Column("fournisseur_neq", sa.Text),
        sa.Column("entente", sa.Text, nullable=False, comment="Le numéro de l'entente-cadre."),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("conclu_le", _INSTANT, nullable=False),
        sa.Column("montant", sa.Numeric(14, 2), nullable=False, comment="Le montant conclu."),
        sa.Column("numero", sa.Text, comment="Celui du SEAO; absent : pas encore publié."),
        sa.Column("indicateur", sa.Text),
        sa.Column("titre", sa.Text),
        sa.Column("reference", sa.Text),
        sa.Column("echeances", JSONB, nullable=False, comment="Ce qui reste à publier."),
        sa.Column("due_le", sa.Date, comment="La première de ces dates."),
        sa.PrimaryKeyConstraint("organisme", "id"),
        sa.UniqueConstraint("numero", name="publications_seao_numero"),
    )
    op.create_index("publications_seao_id", "publications_seao", ["id"])
    op.create_index("publications_seao_due", "publications_seao", ["due_le", "id"])
    op.create_index(
        "publications_seao_organisme_due", "publications_seao", ["organisme", "due_le", "id"]
    )
    return table


def _etapes() -> sa.Table:
    table = op.create_table(
        "etapes_seao",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("contrat_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("rang", sa.Integer, nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column(
            "montant", sa.Numeric(14, 2), nullable=False, comment="Courant; de la fin : payé."
        ),
        sa.Column("fin", sa.Date, nullable=False),
        sa.Column("le", _INSTANT, nullable=False),
        sa.Column("consignee_par", sa.Text, nullable=False),
        sa.Column("consignee_le", _INSTANT, nullable=False),
        sa.Column("avis_publie_le", sa.Date, comment="Absent : l'avis n'est pas consigné."),
        sa.Column("avis_par", sa.Text),
        sa.Column("avis_le", _INSTANT),
        sa.PrimaryKeyConstraint("organisme", "contrat_id", "id"),
        sa.UniqueConstraint("organisme", "contrat_id", "rang", name="etapes_seao_rang"),
    )
    op.create_index("etapes_seao_contrat", "etapes_seao", ["contrat_id", "rang"])
    op.create_index("etapes_seao_consignees", "etapes_seao", ["consignee_le", "id"])
    op.create_index("etapes_seao_organisme", "etapes_seao", ["organisme", "consignee_le", "id"])
    return table


def downgrade() -> None:
    op.execute("DELETE FROM obligations WHERE nature LIKE 'seao!_%' ESCAPE '!'")
    for table in reversed(_TABLES):
        op.drop_table(table)
