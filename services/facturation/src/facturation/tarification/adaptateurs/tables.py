"""Les copies du catalogue : une colonne porte le nom du champ."""

from sqlalchemy import BigInteger, Column, Date, Integer, Numeric, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from facturation.base import INSTANT, appris, en_json, metadonnees
from facturation.tarification.domaine.tarifs import Tarif

fiches = Table(
    "fiches",
    metadonnees,
    Column("fiche", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("debut", Date, nullable=False),
    Column("tarifs", en_json(tuple[Tarif, ...]), nullable=False),
    appris(),
)

retraits = Table(
    "retraits",
    metadonnees,
    Column("fiche", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("debut", Date, primary_key=True),
    appris(),
    comment="Les versions à venir retirées, gardées même reçues avant la version.",
)

statu_quos = Table(
    "statu_quos",
    metadonnees,
    Column("statu_quo_id", Uuid, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("fiche", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("debut", Date, nullable=False),
    appris(),
    comment="Les versions de fiche que garde un organisme (CAT-6).",
)

fins_statu_quo = Table(
    "fins_statu_quo",
    metadonnees,
    Column("statu_quo_id", Uuid, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("fin", Date, nullable=False),
    appris(),
    comment="Gardées même reçues avant le statu quo.",
)

prix = Table(
    "prix",
    metadonnees,
    Column("produit", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("debut", Date, nullable=False),
    Column("prix", Numeric(14, 6), nullable=False),
    appris(),
)

produits = Table(
    "produits",
    metadonnees,
    Column("code", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("depuis", INSTANT, nullable=False),
    Column("libelle", Text, nullable=False),
    Column("tarifs", ARRAY(Text), nullable=False),
    appris(),
)
