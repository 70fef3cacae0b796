"""La table des mesures; elle se reconstruit des sujets du bus."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, Numeric, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from sla.base import INSTANT, metadonnees

mesures = Table(
    "mesures",
    metadonnees,
    Column("demande_id", Uuid, primary_key=True),
    Column("organisme", Text, primary_key=True),
    Column("numero", Text),
    Column("sorte", Text),
    Column("verdict", Text, nullable=False),
    Column("raison", Text, nullable=False),
    Column("indicateur", Text),
    Column("fiche", Text),
    Column("fiche_version", Integer),
    Column("delai", Integer, comment="Jours ouvrables."),
    Column("cible", Numeric(7, 6), comment="Part entre 0 et 1."),
    Column("calendrier", Text, nullable=False, comment="La version qui a servi."),
    Column("j0", Date),
    Column("fin", INSTANT),
    Column("jours", Integer, comment="Jours ouvrables comptés."),
    Column("periode", Text, comment="Mois de la fin à Québec, « aaaa-mm »."),
    Column("exercice", Text),
    Column("exclue", Boolean, nullable=False),
    Column("signalee", Boolean, nullable=False),
    Column("examens", JSONB, nullable=False, comment="Conditions examinées (SLA-8)."),
    Column("a_rejouer", Boolean, nullable=False, server_default=text("false")),
    Index("mesures_taux", "periode", "indicateur", "organisme"),
    Index("mesures_j0", "j0"),
    Index("mesures_calendrier", "calendrier"),
    Index("mesures_a_rejouer", "demande_id", postgresql_where=text("a_rejouer")),
    comment="Le dernier verdict rejoué de chaque demande.",
)
