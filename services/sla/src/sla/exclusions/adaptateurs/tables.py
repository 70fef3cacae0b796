"""Les tables de ce qui se décide ici : on y ajoute, on n'y change ni n'en retire rien."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, Table, Text, Uuid

from sla.base import INSTANT, metadonnees

exclusions = Table(
    "exclusions",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("mesure_id", Uuid, nullable=False),
    Column("sujet", Text, nullable=False, comment="La sorte de sujet."),
    Column("sujet_id", Text, nullable=False),
    Column("fiche", Text, nullable=False),
    Column("indicateur", Text, nullable=False),
    Column("condition", Text, nullable=False),
    Column("libelle", Text, nullable=False, comment="Celui du jour où elle fut prononcée."),
    Column("motif", Text, nullable=False),
    Column("preuve", Text, nullable=False, comment="Une référence."),
    Column("empreinte", Text, comment="SHA-256 de la pièce."),
    Column("prononcee_le", INSTANT, nullable=False),
    Column("prononcee_par", Text, nullable=False),
    Column("fait_nouveau", Text, comment="Revient sur ce qu'une contestation a obtenu."),
    Index("exclusions_sujet", "sujet_id"),
    Index("exclusions_mesure", "mesure_id"),
    comment="Les mesures qu'une personne exclut (SLA-8).",
)

annulations = Table(
    "annulations",
    metadonnees,
    Column("exclusion_id", Uuid, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("motif", Text, nullable=False),
    Column("annulee_le", INSTANT, nullable=False),
    Column("annulee_par", Text, nullable=False),
    Column("contestation_id", Uuid, comment="Celle qui l'a obtenue, s'il y en a une."),
    ForeignKeyConstraint(["exclusion_id"], ["exclusions.id"], name="annulations_exclusion"),
    comment="Ce qui annule une exclusion, une fois.",
)

contestations = Table(
    "contestations",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("objet", Text, nullable=False),
    Column("objet_id", Uuid, nullable=False),
    Column("condition", Text, comment="D'une condition seulement."),
    Column("sujet", Text, nullable=False, comment="La sorte de sujet."),
    Column("sujet_id", Text, nullable=False),
    Column("motif", Text, nullable=False),
    Column("fait_nouveau", Text),
    Column("preuve", Text, comment="Une référence."),
    Column("empreinte", Text, comment="SHA-256 de la pièce."),
    Column("ouverte_le", INSTANT, nullable=False),
    Column("ouverte_par", Text, nullable=False),
    Column("decideur", Text, comment="Qui a posé ce qui est contesté, s'il est connu."),
    Column("version_contestee", Integer, comment="D'une indisponibilité seulement."),
    Index("contestations_ouverte", "ouverte_le", "id"),
    Index("contestations_organisme", "organisme", "ouverte_le", "id"),
    Index("contestations_objet", "objet_id"),
    Index("contestations_sujet", "sujet_id"),
    comment="Ce qu'un organisme conteste d'une mesure (SLA-8).",
)

decisions = Table(
    "decisions",
    metadonnees,
    Column("contestation_id", Uuid, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("etat", Text, nullable=False),
    Column("motif", Text),
    Column("prise_le", INSTANT, nullable=False),
    Column("prise_par", Text, nullable=False),
    ForeignKeyConstraint(["contestation_id"], ["contestations.id"], name="decisions_contestation"),
    comment="Ce qui finit une contestation, une fois.",
)
