"""Le fichier client et le registre des signataires."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from demandes.base import metadonnees

organismes = Table(
    "organismes",
    metadonnees,
    Column("organisme", Text, primary_key=True, comment="Le code; il ne change jamais."),
    Column("nom", Text, nullable=False),
    Column("neq", Text, comment="Dix chiffres; absent : pas encore dit (DEM-8)."),
    Column("adresse", Text, nullable=False),
    Column("interlocuteur", JSONB(none_as_null=True)),
    Column("repondant", Text),
    Column("assujetti_rcti", Boolean, nullable=False),
    Column("taxable", Boolean, nullable=False, comment="Pour la version précédente du code."),
    Column("profils_taxes", JSONB, nullable=False, comment="Tels qu'on les a dits (FAC-15)."),
    Column("approbation_par_autrui", Boolean, nullable=False),
    Column("actif", Boolean, nullable=False),
    Column("inactivites", JSONB, nullable=False, comment="Les temps où il n'est plus client."),
    Column("destinataire", JSONB(none_as_null=True), comment="Tel que publié (FAC-15)."),
    Column("annonce_le", Date, comment="Quand on l'a publié; absente : jamais."),
    Column("version", Integer, nullable=False),
)

signataires = Table(
    "signataires",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, ForeignKey("organismes.organisme"), nullable=False),
    Column("nom", Text, nullable=False),
    Column("sujet", Text, nullable=False, comment="Le sujet du jeton de la personne."),
    Column("courriel", Text, comment="Son adresse professionnelle, s'il l'a donnée."),
    Column("familles", ARRAY(Text), nullable=False, comment="Ce que le mandat permet de signer."),
    Column("plafond", Numeric(14, 2), comment="En dollars; absent : sans plafond."),
    Column("debut", Date, nullable=False),
    Column("fin", Date, comment="Exclue; absente : sans terme."),
    Column("publie", Boolean, nullable=False, comment="Vrai si les autres le connaissent."),
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
    Column("publie", Boolean, nullable=False, comment="Vrai si les autres la connaissent."),
    Index("substitutions_organisme", "organisme", "id"),
)
