"""Les obligations des organismes."""

import sqlalchemy as sa

from courtier.base import INSTANT, metadonnees

obligations = sa.Table(
    "obligations",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("nature", sa.Text, nullable=False),
    sa.Column("objet_id", sa.Uuid, nullable=False),
    sa.Column("contrat_id", sa.Uuid),
    sa.Column("dossier_id", sa.Uuid),
    sa.Column("due_le", sa.Date, nullable=False),
    sa.Column("ouverte_le", INSTANT, nullable=False),
    sa.Column("rappels", sa.ARRAY(sa.Date), nullable=False, server_default="{}"),
    sa.Column("remplie_le", INSTANT),
    sa.Column("abandonnee_le", INSTANT),
    sa.Column("rappelee", sa.Date, comment="Le jour du dernier rappel publié."),
    sa.Column("rappel_le", sa.Date, comment="Celui du prochain, si elle court."),
    sa.PrimaryKeyConstraint("organisme", "id"),
    sa.Index(
        "obligations_courantes",
        "organisme",
        "objet_id",
        "nature",
        unique=True,
        postgresql_where=sa.text("remplie_le IS NULL AND abandonnee_le IS NULL"),
    ),
    sa.Index("obligations_objet", "organisme", "objet_id", "nature"),
    sa.Index("obligations_contrat", "organisme", "contrat_id", "id"),
    sa.Index("obligations_echeance", "organisme", "due_le", "id"),
    sa.Index("obligations_nature", "nature", "due_le", "id"),
    sa.Index("obligations_dues", "due_le", "id"),
    sa.Index("obligations_rappels", "rappel_le"),
    sa.Index(
        "obligations_ouvertes",
        "nature",
        "due_le",
        "id",
        postgresql_where=sa.text("remplie_le IS NULL AND abandonnee_le IS NULL"),
    ),
    sa.Index(
        "obligations_abandonnees",
        "due_le",
        "id",
        postgresql_where=sa.text("abandonnee_le IS NOT NULL"),
    ),
)
