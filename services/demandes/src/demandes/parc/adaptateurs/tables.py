"""Le parc."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table, Text, Uuid, text

from demandes.base import INSTANT, choix, metadonnees
from demandes.clients.adaptateurs.tables import organismes
from demandes.demande.adaptateurs.tables import demandes
from demandes.parc.domaine import EtatActif, Nature

actifs = Table(
    "actifs",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, ForeignKey(organismes.c.organisme), nullable=False),
    Column("produit", Text, nullable=False),
    Column("demande_id", Uuid, ForeignKey(demandes.c.id), nullable=False),
    Column("article_id", Uuid, nullable=False),
    Column("livre_le", INSTANT, nullable=False),
    Column("utilisateur_id", Text),
    Column("site", Text),
    Column("etat", choix(EtatActif), nullable=False),
    Column("fin_le", Date),
    Column("nature", choix(Nature)),
    Column("version", Integer, nullable=False),
    Index("actifs_organisme", "organisme", "id"),
    Index("actifs_demande", "demande_id"),
    # Un article n'a jamais deux actifs en service.
    Index(
        "actifs_en_service",
        "organisme",
        "article_id",
        unique=True,
        postgresql_where=text("etat = 'en_service'"),
    ),
)
