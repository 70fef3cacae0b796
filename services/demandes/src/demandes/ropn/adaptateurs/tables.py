"""La copie du ROPN, refaite depuis le sujet du catalogue."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, Numeric, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from demandes.base import metadonnees

produits = Table(
    "produits",
    metadonnees,
    Column("code", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("libelle", Text, nullable=False),
    Column("sorte", Text, nullable=False),
    Column("statut", Text, nullable=False),
    Column("noyau", Boolean, nullable=False),
    Column("normalise", Boolean, nullable=False),
    Column("gamme", Text, nullable=False),
    Column("reserve_hauts_dirigeants", Boolean, nullable=False),
    Column("tarifs", ARRAY(Text), nullable=False),
    Column("duree_de_vie_mois", Integer, comment="Absente : le CSC juge (FAC-2)."),
    comment="Copie du ROPN, tenue par les événements du catalogue.",
)

prix = Table(
    "prix",
    metadonnees,
    Column("produit", Text, primary_key=True),
    Column("debut", Date, primary_key=True),
    Column("fin", Date, comment="Exclue; absente : sans terme."),
    Column("version", Integer, nullable=False),
    Column("prix", Numeric(14, 6), nullable=False),
    comment="Copie des prix datés du ROPN.",
)

fiches = Table(
    "fiches",
    metadonnees,
    Column("fiche", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("debut", Date, nullable=False),
    Column("tarifs", JSONB, nullable=False, comment="Ce que des heures disent pour en devoir un."),
    comment="Les tarifs du temps travaillé, par version de fiche.",
)

fiches_retirees = Table(
    "fiches_retirees",
    metadonnees,
    Column("fiche", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("debut", Date, nullable=False),
    comment="Les versions de fiche qui ne vaudront pas.",
)
