"""Les gels, les demandes de pièces et les destructions attestées."""

import sqlalchemy as sa

from courtier.base import INSTANT, metadonnees

gels = sa.Table(
    "gels",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("contrat_id", sa.Uuid, nullable=False),
    sa.Column("du_courtier", sa.Boolean, nullable=False),
    sa.Column("motif", sa.Text, nullable=False),
    sa.Column("pose_par", sa.Text, nullable=False),
    sa.Column("pose_le", INSTANT, nullable=False),
    sa.Column("motif_levee", sa.Text),
    sa.Column("levee_par", sa.Text),
    sa.Column("levee_le", INSTANT),
    sa.PrimaryKeyConstraint("organisme", "id"),
    sa.Index("gels_contrat", "contrat_id", "id"),
)

destructions = sa.Table(
    "destructions",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("piece_id", sa.Uuid, nullable=False),
    sa.Column("contrat_id", sa.Uuid, nullable=False),
    sa.Column("detruite_le", sa.Date, nullable=False),
    sa.Column("methode", sa.Text, nullable=False),
    sa.Column("attestation", sa.Text, nullable=False, comment="SHA-256, en hexadécimal."),
    sa.Column("attestee_par", sa.Text, nullable=False),
    sa.Column("attestee_le", INSTANT, nullable=False),
    sa.PrimaryKeyConstraint("organisme", "piece_id"),
    sa.Index("destructions_piece", "piece_id"),
    comment="Une pièce ne se détruit qu'une fois; rien ne récrit une attestation.",
)

demandes = sa.Table(
    "demandes_de_pieces",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("contrat_id", sa.Uuid, nullable=False),
    sa.Column("piece_id", sa.Uuid, nullable=False),
    sa.Column("motif", sa.Text, nullable=False),
    sa.Column("demandee_par", sa.Text, nullable=False),
    sa.Column("demandee_le", INSTANT, nullable=False),
    sa.Column("due_le", sa.Date, nullable=False),
    sa.Column("attendue_le", sa.Date, comment="Absente : transmise."),
    sa.Column("transmise_le", sa.Date),
    sa.Column("transmise_par", sa.Text),
    sa.Column("transmission_inscrite_le", INSTANT),
    sa.PrimaryKeyConstraint("organisme", "id"),
    sa.Index("demandes_de_pieces_id", "id"),
    sa.Index("demandes_de_pieces_contrat", "contrat_id", "id"),
    sa.Index("demandes_de_pieces_piece", "piece_id"),
    sa.Index(
        "demandes_de_pieces_attendues",
        "attendue_le",
        "id",
        postgresql_where=sa.text("attendue_le IS NOT NULL"),
    ),
)
