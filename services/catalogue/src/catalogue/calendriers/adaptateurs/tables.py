"""La table des calendriers : elle n'appartient à aucun organisme."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from catalogue.base import metadonnees

calendriers = sa.Table(
    "calendriers",
    metadonnees,
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("en_vigueur_depuis", sa.Date, nullable=False),
    sa.Column("rang", sa.Integer, nullable=False, comment="L'ordre de publication."),
    sa.Column("document", JSONB, nullable=False, comment="Tout ce que dit la version."),
    sa.Column("publie_le", sa.DateTime(timezone=True), nullable=False),
    comment="Les versions du calendrier ouvrable (SLA-1).",
)

recalculs_acceptes = sa.Table(
    "recalculs_acceptes",
    metadonnees,
    sa.Column("recalcul_id", sa.Uuid, primary_key=True),
    sa.Column("sorte", sa.Text, nullable=False, comment="« calendrier » ou « fiche »."),
    sa.Column("empreinte", sa.Text, nullable=False, comment="De ce qui se publiera."),
    sa.Column("calendriers", sa.Integer, comment="Combien de versions il a lues."),
    comment="Les recalculs que la mesure dit acceptés; refaits du bus (SLA-7).",
)
