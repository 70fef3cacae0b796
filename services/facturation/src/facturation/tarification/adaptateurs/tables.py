"""Les copies du catalogue : une colonne porte le nom du champ."""

from sqlalchemy import BigInteger, Column, Date, Integer, Numeric, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from facturation.base import INSTANT, en_json, metadonnees
from facturation.tarification.domaine.tarifs import Tarif

fiches = Table(
    "fiches",
    metadonnees,
    Column("fiche", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("debut", Date, nullable=False),
    Column("tarifs", en_json(tuple[Tarif, ...]), nullable=False),
)

retraits = Table(
    "retraits",
    metadonnees,
    Column("fiche", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("debut", Date, primary_key=True),
    comment="Les versions à venir retirées, gardées même reçues avant la version.",
)

prix = Table(
    "prix",
    metadonnees,
    Column("produit", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("debut", Date, nullable=False),
    Column("prix", Numeric(14, 6), nullable=False),
)

produits = Table(
    "produits",
    metadonnees,
    Column("code", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("depuis", INSTANT, nullable=False),
    Column("libelle", Text, nullable=False),
    Column("tarifs", ARRAY(Text), nullable=False),
)
