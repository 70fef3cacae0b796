"""Les tables des grilles; elles se reconstruisent des sujets du bus."""

from sqlalchemy import Column, Date, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from courtier.base import metadonnees

grilles = Table(
    "frais_grilles",
    metadonnees,
    Column("fiche", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("debut", Date, nullable=False),
    Column("grilles", JSONB, nullable=False),
    comment="Ce qu'un contrat signé fait devoir, par version d'une fiche (CI-20).",
)
retraits = Table(
    "frais_retraits",
    metadonnees,
    Column("fiche", Text, primary_key=True),
    Column("debut", Date, primary_key=True),
    Column("version", Integer, primary_key=True),
    comment="Les versions de fiches retirées avant de valoir (CAT-2).",
)
