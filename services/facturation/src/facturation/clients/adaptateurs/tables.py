"""La table des fichiers clients."""

from sqlalchemy import BigInteger, Boolean, Column, Table, Text

from facturation.base import metadonnees

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
