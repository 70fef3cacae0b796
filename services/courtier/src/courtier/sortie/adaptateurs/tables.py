"""Les sorties des contrats conclus; leurs colonnes servent les listes."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from courtier.base import metadonnees

sorties = sa.Table(
    "sorties",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("contrat_id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("etat", sa.Text, nullable=False),
    sa.Column("fin", sa.Date, nullable=False, comment="Premier jour après le contrat."),
    sa.Column("contenu", JSONB, nullable=False, comment="La sortie entière; on y ajoute."),
    sa.PrimaryKeyConstraint("organisme", "contrat_id"),
    sa.Index("sorties_contrat", "contrat_id"),
    sa.Index("sorties_fin", "fin", "contrat_id"),
    sa.Index("sorties_organisme_fin", "organisme", "fin", "contrat_id"),
    sa.Index("sorties_etat", "etat", "fin", "contrat_id"),
)
