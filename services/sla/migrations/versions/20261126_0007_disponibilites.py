"""Les services, leurs indisponibilités, et les minutes qu'on en compte (SLA-5)."""

from datetime import date

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from socle.schema import migration

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_NES_LE = date(2026, 4, 1)
SERVICES = {
    "messagerie": "Messagerie",
    "suite_bureautique": "Suite bureautique",
    "stockage": "Stockage",
    "synchronisation_mobile": "Synchronisation des appareils mobiles",
    "visioconference": "Pont de visioconférence",
}
"""Ceux que nomment les fiches de la mise en route, depuis le jour où elles valent."""
TABLES = (
    "minutes", "mois_comptes", "alarmes_ecartees", "signalements", "actes_indisponibilites",
    "indisponibilites", "inactivites", "inscriptions", "services",
)  # fmt: skip


def upgrade() -> None:
    _services()
    _clienteles()
    _indisponibilites()
    _signalements()
    _minutes()


def _services() -> None:
    table = op.create_table(
        "services",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("libelle", sa.Text, nullable=False),
        sa.Column("debut", sa.Date, nullable=False, comment="Son premier jour."),
        sa.Column("fin", sa.Date, comment="Le premier jour où il n'est plus rendu."),
        sa.Column("version", sa.Integer, nullable=False),
        comment="Les services mesurés (SLA-5).",
    )
    migration.commune(op, "services")
    op.bulk_insert(
        table,
        [
            {"code": code, "libelle": libelle, "debut": _NES_LE, "version": 1}
            for code, libelle in SERVICES.items()
        ],
    )


def _clienteles() -> None:
    op.create_table(
        "inscriptions",
        sa.Column("organisme", sa.Text, primary_key=True),
        sa.Column("inscrit_le", sa.Date, nullable=False),
        comment="Depuis quand chaque organisme est client (DEM-8).",
    )
    op.create_table(
        "inactivites",
        sa.Column("organisme", sa.Text, primary_key=True),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("inactivites", JSONB, nullable=False, comment="Des [début, fin]."),
        comment="Quand chaque organisme n'a pas été client (DEM-14).",
    )
    migration.par_organisme(op, "inscriptions")
    migration.par_organisme(op, "inactivites")


def _du_constat() -> list[sa.Column[object]]:
    return [
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("portee", sa.Text, nullable=False),
        sa.Column("organismes", ARRAY(sa.Text), nullable=False, comment="Vide : tous."),
        sa.Column("sites", ARRAY(sa.Text), nullable=False),
        sa.Column("debut", _INSTANT, nullable=False),
    ]


def _indisponibilites() -> None:
    op.create_table(
        "indisponibilites",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False, comment="Le rang de son dernier acte."),
        *_du_constat(),
        sa.Column("fin", _INSTANT, comment="Exclue; absente : elle dure."),
        sa.Column("annulee", sa.Boolean, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("empreinte", sa.Text, comment="De l'alarme qui l'a ouverte."),
        comment="Ce que les actes laissent de chaque indisponibilité (SLA-5).",
    )
    op.create_index("indisponibilites_debut", "indisponibilites", ["debut", "id"])
    op.create_index("indisponibilites_service", "indisponibilites", ["service", "debut", "id"])
    op.create_index("indisponibilites_empreinte", "indisponibilites", ["empreinte"])
    op.create_table(
        "actes_indisponibilites",
        sa.Column("id", sa.Uuid, primary_key=True, comment="L'indisponibilité."),
        sa.Column("rang", sa.Integer, primary_key=True),
        sa.Column("geste", sa.Text, nullable=False),
        sa.Column("motif", sa.Text, nullable=False),
        sa.Column("auteur", sa.Text, nullable=False),
        sa.Column("le", _INSTANT, nullable=False),
        *_du_constat(),
        sa.Column("fin", _INSTANT),
        comment="Ce qui s'est dit d'une indisponibilité, sans rien effacer.",
    )
    migration.a_plusieurs(op, "indisponibilites")
    migration.a_plusieurs(op, "actes_indisponibilites")


def _signalements() -> None:
    op.create_table(
        "signalements",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("debut", _INSTANT, nullable=False),
        sa.Column("fin", _INSTANT),
        sa.Column("sites", ARRAY(sa.Text), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("etat", sa.Text, nullable=False),
        sa.Column("signale_par", sa.Text, nullable=False),
        sa.Column("signale_le", _INSTANT, nullable=False),
        sa.Column("tranche_par", sa.Text),
        sa.Column("tranche_le", _INSTANT),
        sa.Column("motif", sa.Text, comment="De la décision."),
        sa.Column("indisponibilite_id", sa.Uuid, comment="Ce qu'il est devenu, s'il est retenu."),
        sa.Column("version", sa.Integer, nullable=False),
        comment="Ce que les organismes signalent; rien n'en compte tant qu'il n'est pas retenu.",
    )
    op.create_index("signalements_organisme", "signalements", ["organisme", "id"])
    op.create_index("signalements_etat", "signalements", ["etat", "id"])
    migration.par_organisme(op, "signalements")
    op.create_table(
        "alarmes_ecartees",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("empreinte", sa.Text, nullable=False),
        sa.Column("nom", sa.Text, nullable=False),
        sa.Column("raison", sa.Text, nullable=False),
        sa.Column("document", JSONB, nullable=False, comment="La dernière fois qu'elle est venue."),
        sa.Column("recue_le", _INSTANT, nullable=False),
        sa.Column("revue_le", _INSTANT, nullable=False),
        sa.Column("fois", sa.Integer, nullable=False),
        comment="Les alarmes dont rien n'a pu être fait, et pourquoi.",
    )
    op.create_index(
        "alarmes_ecartees_cle", "alarmes_ecartees", ["empreinte", "raison"], unique=True
    )
    migration.du_mcn(op, "alarmes_ecartees")


def _minutes() -> None:
    op.create_table(
        "mois_comptes",
        sa.Column("periode", sa.Text, primary_key=True),
        sa.Column("jusqua", sa.Date, comment="Le dernier jour compté; absent : pas encore."),
        sa.Column("a_compter", sa.Boolean, nullable=False),
        comment="Les mois dont on compte les minutes.",
    )
    op.create_index(
        "mois_a_compter", "mois_comptes", ["periode"], postgresql_where=sa.text("a_compter")
    )
    migration.du_mcn(op, "mois_comptes")
    op.create_table(
        "minutes",
        sa.Column("indicateur", sa.Text, primary_key=True),
        sa.Column("organisme", sa.Text, primary_key=True, comment="Vide : tous ensemble."),
        sa.Column("periode", sa.Text, primary_key=True),
        sa.Column("id", sa.Uuid, nullable=False, comment="v5 de (indicateur, organisme, mois)."),
        sa.Column("exercice", sa.Text, nullable=False),
        sa.Column("fiche", sa.Text, nullable=False),
        sa.Column(
            "fiche_version", sa.Integer, nullable=False, comment="La dernière qui a régi le mois."
        ),
        sa.Column("cible", sa.Numeric(7, 6)),
        sa.Column(
            "service", sa.BigInteger, nullable=False, comment="En secondes, comme les suivantes."
        ),
        sa.Column("panne", sa.BigInteger, nullable=False),
        sa.Column("service_ajuste", sa.BigInteger, nullable=False),
        sa.Column("panne_ajuste", sa.BigInteger, nullable=False),
        sa.Column("jusqua", sa.Date, nullable=False, comment="Le dernier jour compté, compris."),
        comment="La disponibilité de chaque mois (SLA-5), refaite des indisponibilités et des"
        " fiches.",
    )
    op.create_index("minutes_id", "minutes", ["id"], unique=True)
    op.create_index("minutes_organisme", "minutes", ["organisme", "indicateur", "periode"])
    op.create_index("minutes_periode", "minutes", ["exercice", "periode"])
    migration.par_organisme(op, "minutes")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
