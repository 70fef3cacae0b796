"""Les interventions du soutien étendu."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, Uuid

from demandes.base import INSTANT, metadonnees
from demandes.clients.adaptateurs.tables import organismes

interventions = Table(
    "interventions",
    metadonnees,
    Column("organisme", Text, ForeignKey(organismes.c.organisme), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("incident_id", Uuid, nullable=False),
    Column("debut", INSTANT, nullable=False, comment="Retenu à l'inscription."),
    Column("annonce_le", INSTANT, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("deplacement", Boolean, nullable=False),
    Column("cloture", Boolean, nullable=False),
    Column("fonction", Text, comment="Celle de la personne aidée, si on l'a dite."),
    Column("enregistre_le", INSTANT, nullable=False),
    Column("survenu_le", INSTANT, comment="L'heure juste; absente : l'intervention est nulle."),
    Column("signale_le", INSTANT, comment="Quand l'incident resté ouvert fut signalé (FAC-4)."),
    Index("interventions_incident", "incident_id"),
)
