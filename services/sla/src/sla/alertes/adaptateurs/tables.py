"""La table des alertes : on y ajoute; elle survit à une reconstruction."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table, Text, Uuid

from sla.base import INSTANT, metadonnees

alertes = Table(
    "alertes",
    metadonnees,
    Column("id", Uuid, primary_key=True, comment="v5 de (mesure, nature, échéance, reprise)."),
    Column("organisme", Text, primary_key=True),
    Column("nature", Text, nullable=False, comment="« a_risque » ou « manquee »."),
    Column("mesure_id", Uuid, nullable=False),
    Column("sujet", Text, nullable=False, comment="La sorte de sujet."),
    Column("sujet_id", Text, nullable=False),
    Column("numero", Text),
    Column("indicateur", Text, nullable=False),
    Column("fiche", Text, nullable=False),
    Column("fiche_version", Integer, nullable=False),
    Column("exclue", Boolean, nullable=False, comment="Hors du taux ajusté, ce jour-là."),
    Column("echeance", Date, comment="Celle d'alors; nulle : finie avant d'être dite."),
    Column("reprise", Uuid, comment="À risque : l'acte d'où la mesure courait."),
    Column("annoncee_le", INSTANT, nullable=False),
    Index("alertes_mesure", "mesure_id", "nature"),
    Index("alertes_organisme", "organisme", "annoncee_le", "id"),
    Index("alertes_annoncees", "annoncee_le", "id"),
    Index("alertes_indicateur", "indicateur", "annoncee_le", "id"),
    Index("alertes_sujet", "sujet_id"),
    comment="Ce qui fut annoncé de chaque cible, une fois; jamais modifié (SLA-6).",
)
