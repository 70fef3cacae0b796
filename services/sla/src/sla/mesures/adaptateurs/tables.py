"""Les tables des mesures; elles se reconstruisent des sujets du bus."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from sla.base import INSTANT, metadonnees

sujets = Table(
    "sujets",
    metadonnees,
    Column("sorte", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("organisme", Text, primary_key=True),
    Column("jusqua", Date, nullable=False, comment="Le jour de son dernier fait, à Québec."),
    Column("calendrier", Text, nullable=False, server_default=text("''"), comment="Inutilisée."),
    Column("a_rejouer", Boolean, nullable=False, server_default=text("false")),
    Index("sujets_jusqua", "jusqua"),
    Index("sujets_a_rejouer", "id", postgresql_where=text("a_rejouer")),
    comment="Les sujets connus, mesurés ou non.",
)

mesures = Table(
    "mesures",
    metadonnees,
    Column("id", Uuid, primary_key=True, comment="v5 de (sujet, fiche, indicateur) (SLA-10)."),
    Column("organisme", Text, primary_key=True),
    Column("sujet", Text, nullable=False, comment="La sorte de sujet."),
    Column("sujet_id", Text, nullable=False),
    Column("numero", Text),
    Column("sorte", Text, comment="Ce que le sujet est, s'il le dit."),
    Column("indicateur", Text, nullable=False),
    Column("fiche", Text, nullable=False),
    Column("fiche_version", Integer, nullable=False),
    Column("horloge", Text, nullable=False),
    Column("delai", Integer, comment="Dans l'unité de l'horloge."),
    Column("cible", Numeric(7, 6), comment="Part entre 0 et 1."),
    Column("verdict", Text, nullable=False),
    Column("raison", Text, nullable=False),
    Column("calendrier", Text, nullable=False, comment="Décide de la fin, ou du J0."),
    Column("j0", Date),
    Column("fin", INSTANT),
    Column("jours", Integer, comment="Les jours comptés, dans l'unité de l'horloge."),
    Column("periode", Text, comment="Mois de la fin à Québec, « aaaa-mm »."),
    Column("exercice", Text),
    Column("exclue", Boolean, nullable=False),
    Column("signalee", Boolean, nullable=False),
    Column("examens", JSONB, nullable=False, comment="Conditions examinées (SLA-8)."),
    Index("mesures_taux", "periode", "indicateur", "organisme"),
    Index("mesures_sujet", "sujet_id"),
    Index("mesures_organisme", "organisme", "id"),
    Index("mesures_numero", "numero", "organisme"),
    Index("mesures_indicateur", "indicateur", "id"),
    Index("mesures_verdict", "verdict", "id"),
    Index("mesures_exclues", "id", postgresql_where=text("exclue")),
    Index("mesures_exclues_organisme", "organisme", "id", postgresql_where=text("exclue")),
    Index("mesures_signalees", "organisme", "id", postgresql_where=text("signalee")),
    comment="Le dernier verdict rejoué de chaque sujet, sous chaque indicateur.",
)

comptes = Table(
    "comptes",
    metadonnees,
    Column("indicateur", Text, nullable=False),
    Column("exercice", Text, nullable=False),
    Column("periode", Text, nullable=False, comment="Mois de la fin, « aaaa-mm »."),
    Column("organisme", Text, nullable=False, comment="Vide : tous ensemble."),
    Column("cible", Numeric(7, 6)),
    Column("verdict", Text, nullable=False),
    Column("exclue", Boolean, nullable=False),
    Column("signalee", Boolean, nullable=False),
    Column("nombre", Integer, nullable=False),
    UniqueConstraint(
        *("indicateur", "exercice", "periode", "organisme"),
        *("cible", "verdict", "exclue", "signalee"),
        name="comptes_cle",
        postgresql_nulls_not_distinct=True,
    ),
    Index("comptes_organisme", "organisme", "indicateur", "exercice", "periode"),
    Index("comptes_periode", "exercice", "periode"),
    comment="Les mesures finies, comptées; un déclencheur de `mesures` les tient (SLA-4).",
)
# Vider les mesures vide leurs comptes : elles d'abord.
mesures.add_is_dependent_on(comptes)
