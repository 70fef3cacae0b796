"""Les différends et les incidents; leurs colonnes servent les listes."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from courtier.base import metadonnees

differends = sa.Table(
    "differends",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("contrat_id", sa.Uuid, nullable=False),
    sa.Column("fournisseur_id", sa.Uuid, nullable=False),
    sa.Column("nature", sa.Text, nullable=False),
    sa.Column("objet", sa.Text, nullable=False),
    sa.Column("ferme", sa.Boolean, nullable=False),
    sa.Column(
        "signale_depuis",
        sa.Date,
        comment="Le jour où le Courtier le voit signalé; absent : fermé avant.",
    ),
    sa.Column("contenu", JSONB, nullable=False, comment="Le différend entier; on y ajoute."),
    sa.PrimaryKeyConstraint("organisme", "id"),
    sa.Index("differends_id", "id"),
    sa.Index("differends_contrat", "contrat_id", "id"),
    sa.Index("differends_fournisseur", "fournisseur_id", "id"),
    sa.Index("differends_nature", "nature", "id"),
)

incidents = sa.Table(
    "incidents",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("contrat_id", sa.Uuid, nullable=False),
    sa.Column("fournisseur_id", sa.Uuid, nullable=False),
    sa.Column("nature", sa.Text, nullable=False),
    sa.Column("etat", sa.Text, nullable=False),
    sa.Column("renseignements_personnels", sa.Boolean, nullable=False),
    sa.Column("avis_manquant", sa.Boolean, nullable=False),
    sa.Column("contenu", JSONB, nullable=False, comment="L'incident entier; on y ajoute."),
    sa.PrimaryKeyConstraint("organisme", "id"),
    sa.Index("incidents_id", "id"),
    sa.Index("incidents_contrat", "contrat_id", "id"),
    sa.Index("incidents_fournisseur", "fournisseur_id", "id"),
    sa.Index("incidents_nature", "nature", "id"),
)
