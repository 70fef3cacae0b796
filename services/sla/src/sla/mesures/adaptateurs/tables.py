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
    bindparam,
    literal,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

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

_J0_AU_PLUS_TARD = 31
"""Jours, au plus, de l'ouverture d'une mesure au jour ouvrable qui est son J0 : large."""
TOUCHES = sujets.c.jusqua >= bindparam("debut", type_=Date) - literal(_J0_AU_PLUS_TARD, Integer)
"""Les sujets que peut régir une version qui commence à `debut` (SLA-3)."""

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
    Column("echeance", Date, comment="Projetée; nulle : suspendue, finie ou sans délai (SLA-6)."),
    Column("a_risque_le", Date, comment="Le jour dès lequel elle est à risque."),
    Column("reprise", Uuid, comment="L'acte qui l'a mise en dernier à la charge du MCN."),
    Column("heures", Text, comment="Les heures de service de l'indicateur : « csc »…"),
    Column("periode", Text, comment="Mois de la fin à Québec, « aaaa-mm »."),
    Column("exercice", Text),
    Column("exclue", Boolean, nullable=False),
    Column("signalee", Boolean, nullable=False),
    Column("examens", JSONB, nullable=False, comment="Conditions examinées (SLA-8)."),
    Column(
        "decidee",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="Une personne a décidé d'une de ses exclusions.",
    ),
    Index("mesures_taux", "periode", "indicateur", "organisme"),
    Index("mesures_sujet", "sujet_id"),
    Index("mesures_organisme", "organisme", "id"),
    Index("mesures_numero", "numero", "organisme"),
    Index("mesures_indicateur", "indicateur", "id"),
    Index("mesures_verdict", "verdict", "id"),
    Index(
        "mesures_ouvertes",
        "organisme",
        "indicateur",
        postgresql_where=text("verdict = 'en_cours'"),
    ),
    Index("mesures_echeance", "echeance", postgresql_where=text("echeance IS NOT NULL")),
    Index("mesures_a_risque", "a_risque_le", postgresql_where=text("a_risque_le IS NOT NULL")),
    Index("mesures_manquees", "fin", postgresql_where=text("verdict = 'manquee'")),
    Index("mesures_exclusions", "id", postgresql_where=text("exclue OR decidee")),
    Index(
        "mesures_exclusions_organisme",
        *("organisme", "id"),
        postgresql_where=text("exclue OR decidee"),
    ),
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
    Column(
        "conditions",
        ARRAY(Text),
        nullable=False,
        server_default="{}",
        comment="Celles qui excluent.",
    ),
    UniqueConstraint(
        *("indicateur", "exercice", "periode", "organisme"),
        *("cible", "verdict", "exclue", "signalee", "conditions"),
        name="comptes_cle",
        postgresql_nulls_not_distinct=True,
    ),
    Index("comptes_organisme", "organisme", "indicateur", "exercice", "periode"),
    Index("comptes_periode", "exercice", "periode"),
    Index("comptes_mois", "organisme", "periode", postgresql_where=text("nombre > 0")),
    comment="Les mesures finies, comptées; un déclencheur de `mesures` les tient (SLA-4).",
)
