"""Les tables des disponibilités.

Ce qu'on décide ici survit à une reconstruction; ce qui vient du bus, et les minutes, se refait.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from sla.base import INSTANT, metadonnees

_LECTEURS: Final = "Qui en a été un jour; vide : tous."
"""Un déclencheur les tient : chaque acte ajoute ceux qu'il nomme, et n'en ôte aucun."""

services = Table(
    "services",
    metadonnees,
    Column("code", Text, primary_key=True),
    Column("libelle", Text, nullable=False),
    Column("debut", Date, nullable=False, comment="Son premier jour."),
    Column("fin", Date, comment="Le premier jour où il n'est plus rendu."),
    Column("version", Integer, nullable=False),
    comment="Les services mesurés (SLA-5).",
)

actes_services = Table(
    "actes_services",
    metadonnees,
    Column("service", Text, primary_key=True),
    Column("rang", Integer, primary_key=True, comment="La version qu'il fait du service."),
    Column("libelle_avant", Text, nullable=False),
    Column("debut_avant", Date, nullable=False),
    Column("fin_avant", Date),
    Column("libelle", Text, nullable=False),
    Column("debut", Date, nullable=False),
    Column("fin", Date),
    Column("motif", Text, nullable=False),
    Column("auteur", Text, nullable=False),
    Column("le", INSTANT, nullable=False),
    comment="Ce qui a changé d'un service, sans rien effacer (SLA-5).",
)

inscriptions = Table(
    "inscriptions",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("inscrit_le", Date, nullable=False),
    Column("inscrit_a", INSTANT, comment="Nul : reçue avant qu'on ne le garde, à minuit."),
    comment="Depuis quand chaque organisme est client (DEM-8).",
)

inactivites = Table(
    "inactivites",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("inactivites", JSONB, nullable=False, comment="Des [début, fin]."),
    comment="Quand chaque organisme n'a pas été client (DEM-14).",
)

indisponibilites = Table(
    "indisponibilites",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False, comment="Le rang de son dernier acte."),
    Column("service", Text, nullable=False),
    Column("nature", Text, nullable=False),
    Column("portee", Text, nullable=False),
    Column("organismes", ARRAY(Text), nullable=False, comment="Vide : tous."),
    Column("sites", ARRAY(Text), nullable=False),
    Column("debut", INSTANT, nullable=False),
    Column("fin", INSTANT, comment="Exclue; absente : elle dure."),
    Column("annulee", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("empreinte", Text, comment="De l'alarme qui l'a ouverte."),
    Column("lecteurs", ARRAY(Text), nullable=False, comment=_LECTEURS),
    Index("indisponibilites_debut", "debut", "id"),
    Index("indisponibilites_service", "service", "debut", "id"),
    Index("indisponibilites_empreinte", "empreinte"),
    comment="Ce que les actes laissent de chaque indisponibilité (SLA-5).",
)

actes_indisponibilites = Table(
    "actes_indisponibilites",
    metadonnees,
    Column("id", Uuid, primary_key=True, comment="L'indisponibilité."),
    Column("rang", Integer, primary_key=True),
    Column("geste", Text, nullable=False),
    Column("motif", Text, nullable=False),
    Column("auteur", Text, nullable=False),
    Column("le", INSTANT, nullable=False),
    Column("service", Text, nullable=False),
    Column("nature", Text, nullable=False),
    Column("portee", Text, nullable=False),
    Column("organismes", ARRAY(Text), nullable=False, comment="Vide : tous."),
    Column("sites", ARRAY(Text), nullable=False),
    Column("debut", INSTANT, nullable=False),
    Column("fin", INSTANT),
    Column("fait_nouveau", Text, comment="Ce qui permet de revenir sur une contestation acceptée."),
    Column("lecteurs", ARRAY(Text), nullable=False, comment=_LECTEURS),
    comment="Ce qui s'est dit d'une indisponibilité, sans rien effacer.",
)

signalements = Table(
    "signalements",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("debut", INSTANT, nullable=False),
    Column("fin", INSTANT),
    Column("sites", ARRAY(Text), nullable=False),
    Column("description", Text, nullable=False),
    Column("etat", Text, nullable=False),
    Column("signale_par", Text, nullable=False),
    Column("signale_le", INSTANT, nullable=False),
    Column("tranche_par", Text),
    Column("tranche_le", INSTANT),
    Column("motif", Text, comment="De la décision."),
    Column("indisponibilite_id", Uuid, comment="Ce qu'il est devenu, s'il est retenu."),
    Column("version", Integer, nullable=False),
    Index("signalements_organisme", "organisme", "id"),
    Index("signalements_etat", "etat", "id"),
    comment="Ce que les organismes signalent; rien n'en compte tant qu'il n'est pas retenu.",
)

alarmes_ecartees = Table(
    "alarmes_ecartees",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("empreinte", Text, nullable=False),
    Column("nom", Text, nullable=False),
    Column("raison", Text, nullable=False),
    Column("document", JSONB, nullable=False, comment="La dernière fois qu'elle est venue."),
    Column("recue_le", INSTANT, nullable=False),
    Column("revue_le", INSTANT, nullable=False),
    Column("fois", Integer, nullable=False),
    Index("alarmes_ecartees_cle", "empreinte", "raison", unique=True),
    comment="Les alarmes dont rien n'a pu être fait, et pourquoi.",
)

mois_comptes = Table(
    "mois_comptes",
    metadonnees,
    Column("periode", Text, primary_key=True),
    Column("jusqua", Date, comment="Le dernier jour compté; absent : pas encore."),
    Column("a_compter", Boolean, nullable=False),
    Index("mois_a_compter", "periode", postgresql_where=text("a_compter")),
    comment="Les mois dont on compte les minutes.",
)

minutes = Table(
    "minutes",
    metadonnees,
    Column("indicateur", Text, primary_key=True),
    Column("organisme", Text, primary_key=True, comment="Vide : tous ensemble."),
    Column("periode", Text, primary_key=True),
    Column("id", Uuid, nullable=False, comment="v5 de (indicateur, organisme, mois)."),
    Column("exercice", Text, nullable=False),
    Column("fiche", Text, nullable=False),
    Column("fiche_version", Integer, nullable=False, comment="La dernière qui a régi le mois."),
    Column("cible", Numeric(7, 6)),
    Column("service", BigInteger, nullable=False, comment="En secondes, comme les suivantes."),
    Column("panne", BigInteger, nullable=False),
    Column("service_ajuste", BigInteger, nullable=False),
    Column("panne_ajuste", BigInteger, nullable=False),
    Column("jusqua", Date, nullable=False, comment="Le dernier jour compté, compris."),
    Column("calendriers", Text, comment="Les versions lues; nul : compté avant qu'on le garde."),
    Index("minutes_id", "id", unique=True),
    Index("minutes_organisme", "organisme", "indicateur", "periode"),
    Index("minutes_periode", "exercice", "periode"),
    comment="La disponibilité de chaque mois (SLA-5), refaite des indisponibilités et des fiches.",
)
