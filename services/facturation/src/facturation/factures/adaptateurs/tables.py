"""Les tables des factures; rien ne s'y refait : une facture émise ne change plus (FAC-7)."""

from typing import Final

from sqlalchemy import (
    CheckConstraint,
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
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from facturation.base import INSTANT, MOIS, MONTANT, TAUX, appris, choix, metadonnees
from facturation.creances.domaine.creances import Nature
from facturation.factures.domaine.factures import NatureDocument

_PIECE: Final = "0 : le document du mois; ensuite, les notes de crédit des décisions."

factures = Table(
    "factures",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("periode", Text, primary_key=True),
    Column("piece", Integer, primary_key=True, server_default="0", comment=_PIECE),
    Column("nature", choix(NatureDocument), nullable=False),
    Column("numero", Text, nullable=False),
    Column("emise_le", Date, nullable=False),
    Column("nombre_lignes", Integer, nullable=False),
    Column("total_avant_taxes", MONTANT, nullable=False),
    Column("tps", MONTANT, nullable=False),
    Column("tvq", MONTANT, nullable=False),
    Column("total", MONTANT, nullable=False),
    Column("entete", JSONB, nullable=False, comment="Le document sans ses lignes."),
    Column("empreinte", Text, nullable=False, comment="SHA-256 du document canonique."),
    appris(),
    Column("corrige", Text, comment="D'une note de décision, le document qu'elle corrige."),
    UniqueConstraint("numero", name="factures_numero"),
    CheckConstraint("(piece = 0) = (corrige IS NULL)", name="factures_piece"),
    ForeignKeyConstraint(["corrige"], ["factures.numero"], name="factures_corrigee"),
    Index("factures_periode", "periode", "numero"),
    Index("factures_nature", "nature", "numero"),
    Index("factures_corrige", "corrige", "numero", postgresql_where=text("corrige IS NOT NULL")),
    comment="Immuables : un document du mois par organisme et période, et les notes de crédit des"
    " décisions (FAC-6, FAC-7, FAC-13, FAC-15).",
)

lignes = Table(
    "lignes",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("periode", Text, primary_key=True),
    Column("piece", Integer, primary_key=True, server_default="0", comment=_PIECE),
    Column("rang", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("tarif", Text, nullable=False),
    Column("nature", choix(Nature), nullable=False),
    Column("debut", Date, nullable=False),
    Column("cle", Text, nullable=False),
    Column("montant", MONTANT, nullable=False),
    Column("tps", TAUX, nullable=False, comment="Les taux qui la frappent, sans unité (FAC-15)."),
    Column("tvq", TAUX, nullable=False),
    Column(
        "ajustement", MONTANT, nullable=False, comment="Ce qu'elle est la première à en porter."
    ),
    Column("actes", ARRAY(Uuid), nullable=False, comment="Ce qui la rendait due."),
    Column("donnees", JSONB, nullable=False, comment="La ligne telle que le document la porte."),
    UniqueConstraint(
        "organisme",
        "periode",
        "piece",
        "source",
        "tarif",
        "nature",
        "debut",
        "cle",
        name="lignes_identite",
    ),
    ForeignKeyConstraint(
        ["organisme", "periode", "piece"],
        ["factures.organisme", "factures.periode", "factures.piece"],
        name="lignes_facture",
    ),
    Index("lignes_source", "organisme", "source"),
)

ajustements = Table(
    "ajustements",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("numero", Text, nullable=False, comment="Le document dont la ligne est ajustée."),
    Column("rang", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("tarif", Text, nullable=False),
    Column("nature", choix(Nature), nullable=False),
    Column("debut", Date, nullable=False),
    Column("cle", Text, nullable=False),
    Column("actes", ARRAY(Uuid), nullable=False, comment="Ceux de la ligne."),
    Column("montant", MONTANT, nullable=False),
    Column("motif", Text, nullable=False),
    Column("decide_le", INSTANT, nullable=False),
    Column("decide_par", Text, nullable=False),
    Column("note", Text, comment="La note de crédit de la décision; absente : d'office."),
    appris(),
    Index("ajustements_source", "organisme", "source"),
    Index("ajustements_numero", "numero"),
    comment="Ce qu'une décision retranche du dû d'une ligne facturée; immuables (FAC-13).",
)

numeros_retenus = Table(
    "numeros_retenus",
    metadonnees,
    Column("numero", Text, primary_key=True),
    Column("nature", choix(NatureDocument), nullable=False),
    Column("exercice", Text, nullable=False),
    Column("organisme", Text, nullable=False),
    Column("periode", MOIS, nullable=False),
    Column("corrige", Text, comment="D'une note de décision, le document qu'elle corrige."),
    Column("emis_a", INSTANT, nullable=False),
    Column("empreinte", Text, nullable=False),
    Column("total", MONTANT, nullable=False),
    Column("annule_le", INSTANT, comment="Il ne sert plus à rien, pas même à un autre document."),
    Column("motif", Text),
    CheckConstraint("(annule_le IS NULL) = (motif IS NULL)", name="numeros_retenus_motif"),
    Index("numeros_retenus_organisme", "organisme", "periode"),
    comment="Publiés, puis perdus par une base restaurée; leur document les reprend (FAC-6).",
)

compteurs = Table(
    "compteurs",
    metadonnees,
    Column("nature", choix(NatureDocument), primary_key=True),
    Column("exercice", Text, primary_key=True),
    Column("dernier", Integer, nullable=False),
    comment="Le dernier rang de chaque suite et exercice, verrouillé jusqu'au commit (FAC-6).",
)
