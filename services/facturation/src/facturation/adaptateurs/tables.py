"""Les tables du service. Les copies se reconstruisent des sujets du bus; les factures, jamais."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadonnees = MetaData()
_INSTANT = DateTime(timezone=True)
_ARGENT = Numeric(14, 2)

faits = Table(
    "faits",
    metadonnees,
    Column("organisme", Text, nullable=False),
    Column("evenement", Uuid, nullable=False),
    Column("genre", Text, nullable=False),
    Column("source", Text, nullable=False, comment="L'actif ou l'acte que le fait concerne."),
    Column("effet", Date, nullable=False, comment="La date de Québec où le fait compte."),
    Column("survenu_le", _INSTANT, nullable=False),
    Column("produit", Text),
    Column("donnees", JSONB, nullable=False),
    PrimaryKeyConstraint("organisme", "evenement"),
    Index("faits_source", "organisme", "source"),
    comment="Ce que les autres services ont publié : un événement, un fait.",
)

clients = Table(
    "clients",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("nom", Text, nullable=False),
    Column("adresse", Text, nullable=False),
    Column("interlocuteur", Text),
    Column("courriel", Text),
    Column("taxable", Boolean, nullable=False),
)

fiches = Table(
    "fiches",
    metadonnees,
    Column("fiche", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("debut", Date, nullable=False),
    Column("tarifs", JSONB, nullable=False),
    PrimaryKeyConstraint("fiche", "version"),
)

prix = Table(
    "prix",
    metadonnees,
    Column("produit", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("debut", Date, nullable=False),
    Column("prix", Numeric(14, 6), nullable=False),
    PrimaryKeyConstraint("produit", "version"),
)

produits = Table(
    "produits",
    metadonnees,
    Column("code", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("depuis", _INSTANT, nullable=False),
    Column("libelle", Text, nullable=False),
    Column("tarifs", ARRAY(Text), nullable=False),
    PrimaryKeyConstraint("code", "sequence"),
)

factures = Table(
    "factures",
    metadonnees,
    Column("organisme", Text, nullable=False),
    Column("periode", Text, nullable=False),
    Column("numero", Text, nullable=False),
    Column("emise_le", Date, nullable=False),
    Column("nombre_lignes", Integer, nullable=False),
    Column("total_avant_taxes", _ARGENT, nullable=False),
    Column("tps", _ARGENT, nullable=False),
    Column("tvq", _ARGENT, nullable=False),
    Column("total", _ARGENT, nullable=False),
    Column("entete", JSONB, nullable=False, comment="Le document sans ses lignes."),
    Column("empreinte", Text, nullable=False, comment="SHA-256 du document canonique."),
    PrimaryKeyConstraint("organisme", "periode"),
    UniqueConstraint("numero", name="factures_numero"),
    comment="Immuables : une facture par organisme et période (FAC-6, FAC-7).",
)

lignes = Table(
    "lignes",
    metadonnees,
    Column("organisme", Text, nullable=False),
    Column("periode", Text, nullable=False),
    Column("rang", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("tarif", Text, nullable=False),
    Column("nature", Text, nullable=False),
    Column("debut", Date, nullable=False),
    Column("montant", _ARGENT, nullable=False),
    Column("donnees", JSONB, nullable=False, comment="La ligne telle que le document la porte."),
    PrimaryKeyConstraint("organisme", "periode", "rang"),
    UniqueConstraint(
        "organisme", "periode", "source", "tarif", "nature", "debut", name="lignes_identite"
    ),
    ForeignKeyConstraint(
        ["organisme", "periode"], ["factures.organisme", "factures.periode"], name="lignes_facture"
    ),
)

compteurs = Table(
    "compteurs",
    metadonnees,
    Column("exercice", Text, primary_key=True),
    Column("dernier", Integer, nullable=False),
    comment="Le dernier rang numéroté de chaque exercice, verrouillé jusqu'au commit (FAC-6).",
)

lignes_en_attente = Table(
    "lignes_en_attente",
    metadonnees,
    Column("organisme", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("tarif", Text, nullable=False),
    Column("nature", Text, nullable=False),
    Column("depuis", Date, nullable=False),
    Column("motif", Text, nullable=False),
    Column("evenements", ARRAY(Uuid), nullable=False),
    Column("signalee_le", _INSTANT, nullable=False),
    Column("levee_le", _INSTANT),
    PrimaryKeyConstraint("organisme", "source", "tarif", "nature"),
    comment="Ce qui n'a pas de montant applicable; signalé une seule fois.",
)

revues = Table(
    "revues",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("demandee_le", _INSTANT, nullable=False),
    comment="Les organismes dont les attentes sont à revoir.",
)

executions = Table(
    "executions",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("periode", Text, nullable=False),
    Column("organisme", Text, comment="Absent : tous."),
    Column("demandee_le", _INSTANT, nullable=False),
    Column("demandee_par", Text, nullable=False),
)

sorts = Table(
    "sorts",
    metadonnees,
    Column("execution_id", Uuid, nullable=False),
    Column("organisme", Text, nullable=False),
    Column("etat", Text, nullable=False),
    Column("numero", Text),
    Column("total", _ARGENT),
    Column("raison", Text),
    PrimaryKeyConstraint("execution_id", "organisme"),
    ForeignKeyConstraint(["execution_id"], ["executions.id"], name="sorts_execution"),
    Index("sorts_a_faire", "execution_id", "organisme", postgresql_where=text("etat = 'a_faire'")),
    comment="Le sort de chaque organisme dans une exécution.",
)

COPIES = (faits, clients, fiches, prix, produits)
"""Les tables que refont les sujets du bus."""
