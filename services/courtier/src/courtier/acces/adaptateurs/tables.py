"""Les tables de l'accès au Catalogue."""

import sqlalchemy as sa

from courtier.base import INSTANT, metadonnees

_PRONONCE = ("par", sa.Text), ("le", INSTANT), ("motif", sa.Text)

comptes = sa.Table(
    "acces_comptes",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("sujet", sa.Text, nullable=False),
    sa.Column("etat", sa.Text, nullable=False),
    sa.Column("motif", sa.Text, nullable=False),
    sa.Column("demande_le", INSTANT, nullable=False),
    sa.Column("decision", sa.Text),
    *(sa.Column(f"decidee_{nom}", genre) for nom, genre in _PRONONCE),
    *(sa.Column(f"retrait_{nom}", genre) for nom, genre in _PRONONCE),
    sa.PrimaryKeyConstraint("organisme", "id"),
    sa.Index("acces_comptes_id", "id"),
    sa.Index("acces_comptes_etat", "etat", "id"),
    sa.Index("acces_comptes_organisme_etat", "organisme", "etat", "id"),
    sa.Index(
        "acces_comptes_ouvert",
        "organisme",
        "sujet",
        unique=True,
        postgresql_where=sa.text("etat IN ('demande', 'accorde')"),
    ),
)

admissibilites = sa.Table(
    "admissibilites",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("rang", sa.Integer, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("admissible", sa.Boolean, nullable=False),
    sa.Column("debut", sa.Date, nullable=False),
    *(sa.Column(f"decidee_{nom}", genre, nullable=False) for nom, genre in _PRONONCE),
    sa.PrimaryKeyConstraint("organisme", "rang"),
    sa.Index("admissibilites_id", "id"),
)

inscriptions = sa.Table(
    "diffusion_inscriptions",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("sujet", sa.Text, nullable=False),
    sa.Column("courriel", sa.Text, comment="Effacé quand la personne se retire."),
    sa.Column("inscrite_le", INSTANT, nullable=False),
    sa.Column("retiree_le", INSTANT),
    sa.PrimaryKeyConstraint("organisme", "id"),
    sa.Index("diffusion_inscriptions_id", "id"),
    sa.Index(
        "diffusion_inscriptions_active",
        "organisme",
        "sujet",
        unique=True,
        postgresql_where=sa.text("retiree_le IS NULL"),
    ),
)
