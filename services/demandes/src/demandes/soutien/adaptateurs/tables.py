"""Les abonnements au soutien étendu et les interventions."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, Uuid

from demandes.base import INSTANT, metadonnees
from demandes.clients.adaptateurs.tables import organismes
from demandes.demande.adaptateurs.tables import demandes

abonnements_soutien = Table(
    "abonnements_soutien",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, ForeignKey(organismes.c.organisme), nullable=False),
    Column("demande_id", Uuid, ForeignKey(demandes.c.id), nullable=False),
    Column("debut", Date, nullable=False),
    Column("souscrit_le", INSTANT, comment="Absent : il n'a pas eu lieu (DEM-13)."),
    Column("imputation", Text, comment="Celle de la demande (FAC-16)."),
    Column("fin", Date, comment="Exclue; absente : sans terme."),
    Column("version", Integer, nullable=False),
    Index("abonnements_soutien_organisme", "organisme", "id"),
)

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
