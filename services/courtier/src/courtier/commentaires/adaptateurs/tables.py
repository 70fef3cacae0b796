"""La table des commentaires."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from courtier.base import INSTANT, metadonnees

commentaires = sa.Table(
    "commentaires",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("etat", sa.Text, nullable=False),
    sa.Column("nature", sa.Text, nullable=False),
    sa.Column("objet", sa.Text, nullable=False),
    sa.Column("objet_id", sa.Uuid),
    sa.Column("texte", sa.Text, nullable=False),
    sa.Column("par", sa.Text, nullable=False),
    sa.Column("recu_le", INSTANT, nullable=False),
    sa.Column("traite_par", sa.Text),
    sa.Column("traite_le", INSTANT),
    sa.Column("reponses", JSONB, nullable=False),
    sa.Column("clos_par", sa.Text),
    sa.Column("clos_le", INSTANT),
    sa.PrimaryKeyConstraint("organisme", "id"),
    sa.Index("commentaires_id", "id"),
    sa.Index("commentaires_etat", "etat", "id"),
    sa.Index("commentaires_nature", "nature", "id"),
    sa.Index("commentaires_objet", "objet_id", "id"),
    sa.Index("commentaires_organisme_etat", "organisme", "etat", "id"),
    sa.Index("commentaires_auteur", "organisme", "par", "id"),
)
