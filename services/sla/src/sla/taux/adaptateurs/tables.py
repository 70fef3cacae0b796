"""Les tables des taux fermés : on y ajoute, on n'y change rien; aucune ne se refait du bus."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from sla.base import INSTANT, metadonnees

fermetures = Table(
    "fermetures",
    metadonnees,
    Column("periode", Text, primary_key=True),
    Column("exercice", Text, nullable=False),
    Column("fermee_le", INSTANT, nullable=False),
    Column("fermee_par", Text, nullable=False),
    Column("motif", Text),
    Column("manquants", ARRAY(Text), nullable=False),
    Column("jalons", JSONB, nullable=False),
    Column("empreinte", Text, nullable=False),
    Column("calendriers", ARRAY(Text), comment="Nul : fermée avant qu'on les fige."),
    comment="Les périodes fermées; jamais modifiées (SLA-7).",
)

taux_fermes = Table(
    "taux_fermes",
    metadonnees,
    Column("periode", Text, primary_key=True),
    Column("indicateur", Text, primary_key=True),
    Column("organisme", Text, primary_key=True, comment="Vide : tous ensemble."),
    Column("exercice", Text, nullable=False),
    Column("libelle", Text, nullable=False),
    Column("unite", Text, nullable=False),
    Column("cible", Numeric(7, 6)),
    Column("empreinte", Text, nullable=False, comment="Celle de ses intrants."),
    comment="Les taux publiés à la fermeture; jamais modifiés (SLA-7).",
)

comptes_fermes = Table(
    "comptes_fermes",
    metadonnees,
    Column("indicateur", Text, nullable=False),
    Column("exercice", Text, nullable=False),
    Column("periode", Text, nullable=False),
    Column("organisme", Text, nullable=False),
    Column("unite", Text, nullable=False),
    Column("cible", Numeric(7, 6)),
    Column("verdict", Text, nullable=False, comment="Ou « a_risque », « en_retard »."),
    Column("exclue", Boolean, nullable=False),
    Column("signalee", Boolean, nullable=False),
    Column("conditions", ARRAY(Text), nullable=False),
    Column("nombre", BigInteger, nullable=False),
    UniqueConstraint(
        *("indicateur", "exercice", "periode", "organisme"),
        *("cible", "verdict", "exclue", "signalee", "conditions"),
        name="comptes_fermes_cle",
        postgresql_nulls_not_distinct=True,
    ),
    Index("comptes_fermes_organisme", "organisme", "exercice", "periode"),
    comment="Ce dont sont faits les taux publiés; jamais modifiés (SLA-7).",
)

mesures_fermees = Table(
    "mesures_fermees",
    metadonnees,
    Column("mesure_id", Uuid, primary_key=True),
    Column("periode", Text, primary_key=True),
    Column("organisme", Text, primary_key=True),
    Column("indicateur", Text, nullable=False),
    Column("sujet", Text, nullable=False, comment="La sorte de sujet."),
    Column("sujet_id", Text, nullable=False),
    Column("numero", Text),
    Column("jugement", JSONB, nullable=False),
    Index("mesures_fermees_periode", "periode", "organisme", "mesure_id"),
    comment="Les mesures des périodes fermées, telles que publiées (SLA-7).",
)

corrections = Table(
    "corrections",
    metadonnees,
    Column("mesure_id", Uuid, primary_key=True),
    Column("periode", Text, primary_key=True),
    Column("organisme", Text, primary_key=True),
    Column("rang", Integer, primary_key=True),
    Column("indicateur", Text, nullable=False),
    Column("sujet", Text, nullable=False, comment="La sorte de sujet."),
    Column("sujet_id", Text, nullable=False),
    Column("numero", Text),
    Column("exercice", Text, nullable=False),
    Column("avant", JSONB(none_as_null=True), comment="Nul : elle n'était pas de ce mois."),
    Column("apres", JSONB(none_as_null=True), comment="Nul : elle n'est plus de ce mois."),
    Column("cause", Text, nullable=False),
    Column("corrigee_le", INSTANT, nullable=False),
    Index("corrections_periode", "periode", "indicateur", "organisme"),
    Index("corrections_organisme", "organisme", "exercice", "periode"),
    comment="Ce qui change d'une période fermée, par ajout (SLA-7).",
)

fiches_fermees = Table(
    "fiches_fermees",
    metadonnees,
    Column("periode", Text, primary_key=True),
    Column("organisme", Text, primary_key=True, comment="Vide : tous ensemble."),
    Column("fiches", JSONB, nullable=False),
    Column("cibles", JSONB, comment="Par indicateur attendu; nul : d'un mois fermé avant."),
    comment="Les versions de fiches que lisait une période à sa fermeture (SLA-7).",
)

a_corriger = Table(
    "a_corriger",
    metadonnees,
    Column("mesure_id", Uuid, primary_key=True),
    Column("organisme", Text, primary_key=True),
    comment="Les mesures d'un mois fermé qu'on vient de récrire.",
)

jalons_vus = Table(
    "jalons_vus",
    metadonnees,
    Column("producteur", Text, primary_key=True),
    Column("jusqua", INSTANT, nullable=False),
    comment="Jusqu'où tout était reçu : on n'en sait jamais moins.",
)
