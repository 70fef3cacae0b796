"""Les actes reçus de l'ITSM."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from demandes.base import INSTANT, choix, metadonnees
from demandes.demande.adaptateurs.tables import demandes
from demandes.itsm.domaine import EtatActe

actes_itsm = Table(
    "actes_itsm",
    metadonnees,
    Column("id", Text, primary_key=True, comment="Le webhook-id."),
    Column("organisme", Text, nullable=False),
    Column("demande_id", Uuid, ForeignKey(demandes.c.id), nullable=False),
    Column("geste", Text, nullable=False, comment="Un geste, ou un mouvement de l'actif."),
    Column("actif_id", Uuid),
    Column("survenu_le", INSTANT, nullable=False),
    Column("motif", Text),
    Column("article_id", Uuid),
    Column("travaux", JSONB, nullable=False),
    Column("recu_le", INSTANT, nullable=False),
    Column("sort", choix(EtatActe), nullable=False),
    Column("raison", Text),
    Column("signale_le", INSTANT),
    Index("actes_itsm_recus", "recu_le", "id"),
    Index("actes_itsm_sort", "sort", "recu_le", "id"),
    Index("actes_itsm_demande", "demande_id", "recu_le", "id"),
    comment="Les actes reçus de l'ITSM : appliqués, différés, refusés, écartés (DEM-10).",
)
