"""Le fichier client et le registre des signataires."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from demandes.base import metadonnees

organismes = Table(
    "organismes",
    metadonnees,
    Column("organisme", Text, primary_key=True, comment="Le code; il ne change jamais."),
    Column("nom", Text, nullable=False),
    Column("adresse", Text, nullable=False),
    Column("interlocuteur", JSONB(none_as_null=True)),
    Column("repondant", Text),
    Column("assujetti_rcti", Boolean, nullable=False),
    Column("taxable", Boolean, nullable=False),
    Column("approbation_par_autrui", Boolean, nullable=False),
    Column("actif", Boolean, nullable=False),
    Column("inactivites", JSONB, nullable=False, comment="Les temps où il n'est plus client."),
    Column("version", Integer, nullable=False),
)

signataires = Table(
    "signataires",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, ForeignKey("organismes.organisme"), nullable=False),
    Column("nom", Text, nullable=False),
    Column("sujet", Text, nullable=False, comment="Le sujet du jeton de la personne."),
    Column("debut", Date, nullable=False),
    Column("fin", Date, comment="Exclue; absente : sans terme."),
    Index("signataires_organisme", "organisme", "id"),
)

substitutions = Table(
    "substitutions",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, ForeignKey("organismes.organisme"), nullable=False),
    Column("remplace_id", Uuid, ForeignKey("signataires.id"), nullable=False),
    Column("nom", Text, nullable=False),
    Column("sujet", Text, nullable=False),
    Column("debut", Date, nullable=False),
    Column("fin", Date, nullable=False, comment="Exclue."),
    Index("substitutions_organisme", "organisme", "id"),
)
