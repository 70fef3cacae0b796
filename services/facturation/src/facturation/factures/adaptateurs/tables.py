"""Les tables des factures; rien ne s'y refait : une facture émise ne change plus (FAC-7)."""

from sqlalchemy import (
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from facturation.base import INSTANT, MOIS, MONTANT, choix, metadonnees
from facturation.creances.domaine.creances import Nature
from facturation.factures.domaine.executions import EtatTraitement

factures = Table(
    "factures",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("periode", Text, primary_key=True),
    Column("numero", Text, nullable=False),
    Column("emise_le", Date, nullable=False),
    Column("nombre_lignes", Integer, nullable=False),
    Column("total_avant_taxes", MONTANT, nullable=False),
    Column("tps", MONTANT, nullable=False),
    Column("tvq", MONTANT, nullable=False),
    Column("total", MONTANT, nullable=False),
    Column("entete", JSONB, nullable=False, comment="Le document sans ses lignes."),
    Column("empreinte", Text, nullable=False, comment="SHA-256 du document canonique."),
    UniqueConstraint("numero", name="factures_numero"),
    comment="Immuables : une facture par organisme et période (FAC-6, FAC-7).",
)

lignes = Table(
    "lignes",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("periode", Text, primary_key=True),
    Column("rang", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("tarif", Text, nullable=False),
    Column("nature", choix(Nature), nullable=False),
    Column("debut", Date, nullable=False),
    Column("cle", Text, nullable=False),
    Column("montant", MONTANT, nullable=False),
    Column("donnees", JSONB, nullable=False, comment="La ligne telle que le document la porte."),
    UniqueConstraint(
        "organisme", "periode", "source", "tarif", "nature", "debut", "cle", name="lignes_identite"
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

executions = Table(
    "executions",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("periode", MOIS, nullable=False),
    Column("organisme", Text, comment="Absent : tous."),
    Column("demandee_le", INSTANT, nullable=False),
    Column("demandee_par", Text, nullable=False),
)

traitements = Table(
    "traitements",
    metadonnees,
    Column("execution_id", Uuid, primary_key=True),
    Column("organisme", Text, primary_key=True),
    Column("etat", choix(EtatTraitement), nullable=False),
    Column("numero", Text),
    Column("total", MONTANT),
    Column("raison", Text),
    ForeignKeyConstraint(["execution_id"], ["executions.id"], name="traitements_execution"),
    Index(
        "traitements_a_faire",
        "execution_id",
        "organisme",
        postgresql_where=text("etat = 'a_faire'"),
    ),
    comment="Le traitement de chaque organisme dans une exécution.",
)
