"""Les dossiers, leurs actes, les offres qu'ils citent, et qui le décret 596-2020 oblige."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from courtier.base import INSTANT, metadonnees

dossiers = sa.Table(
    "dossiers",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("titre", sa.Text, nullable=False),
    sa.Column("etat", sa.Text, nullable=False, comment="« en_cours », ou son issue."),
    sa.Column("etape", sa.Integer, nullable=False),
    sa.Column("tour", sa.Integer, nullable=False),
    sa.Column("contrat_id", sa.Uuid),
    sa.Column("ouvert_par", sa.Text, nullable=False),
    sa.Column("ouvert_le", INSTANT, nullable=False),
    sa.Column("avise", sa.Boolean, nullable=False, comment="Une offre citée a changé (CI-12)."),
    sa.Column(
        "reserves", sa.Boolean, nullable=False, comment="Son choix porte des réserves (CI-15)."
    ),
    sa.PrimaryKeyConstraint("organisme", "id"),
    sa.CheckConstraint("etape BETWEEN 1 AND 5", name="dossiers_etape"),
    sa.Index("dossiers_id", "id"),
    sa.Index("dossiers_etat", "etat", "id"),
    sa.Index("dossiers_etape_id", "etape", "id"),
    sa.Index("dossiers_avises", "avise", "id"),
    sa.Index("dossiers_reserves", "reserves", "id"),
    sa.Index("dossiers_organisme_etat", "organisme", "etat", "id"),
)

actes = sa.Table(
    "dossiers_actes",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("dossier_id", sa.Uuid, nullable=False),
    sa.Column("rang", sa.Integer, nullable=False),
    sa.Column("tour", sa.Integer, nullable=False),
    sa.Column("geste", sa.Text, nullable=False),
    sa.Column("par", sa.Text, nullable=False),
    sa.Column("le", INSTANT, nullable=False),
    sa.Column("contenu", JSONB, nullable=False),
    sa.PrimaryKeyConstraint("organisme", "dossier_id", "rang"),
    sa.Index("dossiers_actes_dossier", "dossier_id", "rang"),
)
"""Rien ne s'y récrit : un dossier est le pli de ses actes."""

offres_citees = sa.Table(
    "dossiers_offres",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("dossier_id", sa.Uuid, nullable=False),
    sa.Column("offre_id", sa.Uuid, nullable=False),
    sa.PrimaryKeyConstraint("organisme", "dossier_id", "offre_id"),
    sa.Index("dossiers_offres_offre", "offre_id", "dossier_id"),
)

avis = sa.Table(
    "dossiers_avis",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("dossier_id", sa.Uuid, nullable=False),
    sa.Column("offre_id", sa.Uuid, nullable=False),
    sa.Column("nature", sa.Text, nullable=False, comment="« offre » ou « prix »."),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("le", INSTANT, nullable=False),
    sa.PrimaryKeyConstraint("organisme", "dossier_id", "offre_id", "nature", "version"),
    sa.Index("dossiers_avis_dossier", "dossier_id", "le", "offre_id", "nature", "version"),
)

decrets = sa.Table(
    "decret_596",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("rang", sa.Integer, nullable=False),
    sa.Column("oblige", sa.Boolean, nullable=False),
    sa.Column("depuis", sa.Date, nullable=False),
    sa.Column("motif", sa.Text, nullable=False),
    sa.Column("par", sa.Text, nullable=False),
    sa.Column("le", INSTANT, nullable=False),
    sa.PrimaryKeyConstraint("organisme", "rang"),
)
