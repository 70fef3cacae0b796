"""Les dates proposées, et celles dont on a convenu."""

from sqlalchemy import Column, Date, ForeignKey, Integer, Table, Text, UniqueConstraint, Uuid

from demandes.base import INSTANT, choix, metadonnees
from demandes.demande.adaptateurs.tables import demandes
from demandes.ententes.domaine import Partie

ententes = Table(
    "ententes",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("demande_id", Uuid, ForeignKey(demandes.c.id), nullable=False),
    Column("organisme", Text, nullable=False),
    Column("rang", Integer, nullable=False),
    Column("date_convenue", Date, nullable=False, comment="Le dernier jour qui la tient."),
    Column("proposee_par", choix(Partie), nullable=False),
    Column("auteur", Text, nullable=False),
    Column("proposee_le", INSTANT, nullable=False),
    Column("motif", Text),
    Column("acceptee_le", INSTANT, comment="Absent : l'autre partie ne l'a pas acceptée."),
    Column("acceptee_par", Text),
    UniqueConstraint("demande_id", "organisme", "rang", name="ententes_rang"),
    comment="Les dates proposées d'un côté et acceptées de l'autre (DEM-1).",
)
