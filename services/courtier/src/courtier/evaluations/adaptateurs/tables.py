"""Les évaluations, annuelles et de fin; leurs colonnes servent les listes."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from courtier.base import metadonnees

evaluations = sa.Table(
    "evaluations",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("nature", sa.Text, nullable=False),
    sa.Column("etat", sa.Text, nullable=False),
    sa.Column("contrat_id", sa.Uuid, nullable=False),
    sa.Column("fournisseur_id", sa.Uuid, nullable=False),
    sa.Column("annee", sa.Integer, comment="D'une évaluation annuelle."),
    sa.Column("attendue_le", sa.Date, comment="Le dernier jour de ce qui manque."),
    sa.Column("contenu", JSONB, nullable=False, comment="L'évaluation entière."),
    sa.PrimaryKeyConstraint("organisme", "id"),
    sa.Index("evaluations_id", "id"),
    sa.Index("evaluations_contrat", "contrat_id", "id"),
    sa.Index("evaluations_fournisseur", "fournisseur_id", "id"),
    sa.Index("evaluations_etat", "etat", "id"),
    sa.Index("evaluations_organisme_etat", "organisme", "etat", "id"),
    sa.Index("evaluations_annee", "annee", "id"),
    sa.Index("evaluations_nature", "nature", "id"),
    sa.Index(
        "evaluations_attendues",
        "attendue_le",
        "id",
        postgresql_where=sa.text("attendue_le IS NOT NULL"),
    ),
)
