"""Les pièces des dossiers et des contrats."""

import sqlalchemy as sa

from courtier.base import INSTANT, metadonnees

pieces = sa.Table(
    "pieces",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("genre", sa.Text, nullable=False),
    sa.Column("dossier_id", sa.Uuid),
    sa.Column("contrat_id", sa.Uuid),
    sa.Column("avenant_id", sa.Uuid, comment="L'avenant dont elle est, s'il y en a un."),
    sa.Column("titre", sa.Text, nullable=False),
    sa.Column("empreinte", sa.Text, nullable=False, comment="SHA-256, en hexadécimal."),
    sa.Column("datee_le", sa.Date, nullable=False, comment="Celle que porte le document."),
    sa.Column("deposee_par", sa.Text, nullable=False),
    sa.Column("deposee_le", INSTANT, nullable=False),
    sa.PrimaryKeyConstraint("organisme", "id"),
    sa.CheckConstraint(
        "dossier_id IS NOT NULL OR contrat_id IS NOT NULL", name="pieces_d_un_objet"
    ),
    sa.Index("pieces_empreinte", "organisme", "empreinte"),
    sa.Index("pieces_dossier", "organisme", "dossier_id", "id"),
    sa.Index("pieces_contrat", "organisme", "contrat_id", "id"),
)
