"""Les usages constatés."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Numeric, Table, Text, Uuid

from demandes.base import INSTANT, metadonnees
from demandes.clients.adaptateurs.tables import organismes

QUANTITE = Numeric()
"""Sans échelle : la base rend le nombre tel qu'on l'a écrit."""

usages = Table(
    "usages",
    metadonnees,
    Column("id", Uuid, primary_key=True, comment="Fonction de son identité (DEM-12)."),
    Column("organisme", Text, ForeignKey(organismes.c.organisme), nullable=False),
    Column("usage", Text, nullable=False),
    Column("periode", Text, nullable=False, comment="Le mois de son identité, aaaa-mm."),
    Column("reference", Text, nullable=False),
    Column("acte_id", Uuid, nullable=False),
    Column("quantite", QUANTITE, comment="Absente : l'usage est nul (DEM-13)."),
    Column("unite", Text, nullable=False),
    Column("fait_le", Date, nullable=False),
    Column("survenu_le", INSTANT, nullable=False),
    Column("imputation", Text),
    Column("version", Integer, nullable=False),
    Index("usages_organisme", "organisme", "id"),
    Index("usages_usage", "usage", "id"),
    Index("usages_periode", "periode", "id"),
    comment="Ce que les organismes consomment, tel que le dit leur dernier constat.",
)

constats = Table(
    "constats",
    metadonnees,
    Column("usage_id", Uuid, ForeignKey("usages.id"), primary_key=True),
    Column("rang", Integer, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("acte_id", Uuid, nullable=False),
    Column("quantite", QUANTITE),
    Column("unite", Text, nullable=False),
    Column("fait_le", Date, nullable=False),
    Column("survenu_le", INSTANT, nullable=False),
    Column("imputation", Text),
    Column("motif", Text, comment="Pourquoi il corrige le précédent."),
    Column("enregistre_le", INSTANT, nullable=False),
    Column("acteur", Text, nullable=False),
    comment="Tout ce qu'on a dit d'un usage : un ajout par constat, jamais modifié.",
)
