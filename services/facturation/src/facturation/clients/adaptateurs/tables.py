"""La table des fichiers clients."""

from sqlalchemy import BigInteger, Column, Table, Text

from facturation.base import en_json, metadonnees
from facturation.clients.domaine import ProfilTaxes

clients = Table(
    "clients",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("nom", Text, nullable=False),
    Column("adresse", Text, nullable=False),
    Column("destinataire", Text),
    Column("courriel", Text),
    Column("profils", en_json(tuple[ProfilTaxes, ...]), nullable=False),
)
