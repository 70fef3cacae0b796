"""Les abonnements sans actif."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table, Text, Uuid

from demandes.base import INSTANT, choix, metadonnees
from demandes.clients.adaptateurs.tables import organismes
from demandes.demande.adaptateurs.tables import demandes
from demandes.demande.domaine.demande import Sorte

abonnements = Table(
    "abonnements_soutien",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, ForeignKey(organismes.c.organisme), nullable=False),
    Column(
        "service",
        choix(Sorte),
        nullable=False,
        server_default=Sorte.SOUTIEN_ETENDU.value,
        comment="La sorte de la demande qui l'ouvre.",
    ),
    Column("demande_id", Uuid, ForeignKey(demandes.c.id), nullable=False),
    Column("debut", Date, nullable=False),
    Column("souscrit_le", INSTANT, comment="Absent : il n'a pas eu lieu (DEM-13)."),
    Column("site", Text, comment="Celui de la demande."),
    Column("imputation", Text, comment="Celle de la demande (FAC-16)."),
    Column("fin", Date, comment="Exclue; absente : sans terme."),
    Column("version", Integer, nullable=False),
    Index("abonnements_soutien_organisme", "organisme", "id"),
    Index("abonnements_soutien_service", "service", "id"),
    comment="Les abonnements sans actif, tous services; le nom date du premier.",
)
