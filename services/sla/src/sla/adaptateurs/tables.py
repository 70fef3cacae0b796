"""Les tables du service; toutes se reconstruisent des sujets du bus."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadonnees = MetaData()

histoires = Table(
    "histoires",
    metadonnees,
    Column("demande_id", Uuid, nullable=False),
    Column("organisme", Text, nullable=False),
    Column("evenement_id", Uuid, nullable=False),
    Column("nature", Text, nullable=False),
    Column("survenu_le", DateTime(timezone=True), nullable=False),
    Column("enregistre_le", DateTime(timezone=True), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("donnees", JSONB, nullable=False, comment="Création, article, livraisons."),
    PrimaryKeyConstraint("demande_id", "organisme", "evenement_id"),
    comment="Les épisodes de chaque demande, un par événement; jamais modifiés.",
)

fiches = Table(
    "fiches",
    metadonnees,
    Column("code", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("titre", Text, nullable=False),
    Column("debut", Date, nullable=False),
    Column("fin", Date),
    Column("indicateurs", JSONB, nullable=False),
    PrimaryKeyConstraint("code", "version"),
    comment="Les versions de fiches publiées par le catalogue.",
)

mesures = Table(
    "mesures",
    metadonnees,
    Column("demande_id", Uuid, nullable=False),
    Column("organisme", Text, nullable=False),
    Column("numero", Text),
    Column("sorte", Text),
    Column("verdict", Text, nullable=False),
    Column("raison", Text, nullable=False),
    Column("indicateur", Text),
    Column("fiche", Text),
    Column("fiche_version", Integer),
    Column("delai", Integer, comment="Jours ouvrables."),
    Column("cible", Numeric(7, 6), comment="Part entre 0 et 1."),
    Column("calendrier", Text, nullable=False, comment="La version qui a servi."),
    Column("j0", Date),
    Column("fin", DateTime(timezone=True)),
    Column("jours", Integer, comment="Jours ouvrables comptés."),
    Column("periode", Text, comment="Mois de la fin à Québec, « aaaa-mm »."),
    Column("exercice", Text),
    Column("exclue", Boolean, nullable=False),
    Column("signalee", Boolean, nullable=False),
    Column("examens", JSONB, nullable=False, comment="Conditions examinées (SLA-8)."),
    Column("a_rejouer", Boolean, nullable=False, server_default=text("false")),
    PrimaryKeyConstraint("demande_id", "organisme"),
    Index("mesures_taux", "periode", "indicateur", "organisme"),
    Index("mesures_j0", "j0"),
    Index("mesures_calendrier", "calendrier"),
    Index("mesures_a_rejouer", "demande_id", postgresql_where=text("a_rejouer")),
    comment="Le dernier verdict rejoué de chaque demande.",
)
