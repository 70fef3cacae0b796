"""Les tables des rapports; aucune ne se refait du bus."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table, Text, Uuid, text

from sla.base import INSTANT, metadonnees

rapports = Table(
    "rapports",
    metadonnees,
    Column("periode", Text, primary_key=True),
    Column("organisme", Text, primary_key=True, comment="Vide : tous ensemble."),
    Column("empreinte", Text, primary_key=True),
    Column("etabli_le", INSTANT, nullable=False),
    Column("provisoire", Boolean, nullable=False),
    Column("conserve_jusquau", Date, nullable=False),
    Column("document", Text, nullable=False, comment="Son JSON, tel qu'établi."),
    Index("rapports_organisme", "organisme", "periode", "empreinte"),
    Index("rapports_conserve_jusquau", "conserve_jusquau"),
    comment="Les rapports gardés, sous l'empreinte de ce qu'ils disent (SLA-9).",
)

executions_rapports = Table(
    "executions_rapports",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("periode", Text, nullable=False),
    Column("demandee_le", INSTANT, nullable=False),
    Column("demandee_par", Text, nullable=False),
    Column("arretee_le", INSTANT),
    Index("executions_rapports_periode", "periode", "id"),
    comment="L'établissement de tous les rapports d'un mois.",
)

traitements_rapports = Table(
    "traitements_rapports",
    metadonnees,
    Column("execution_id", Uuid, primary_key=True),
    Column("organisme", Text, primary_key=True, comment="Vide : tous ensemble."),
    Column("empreinte", Text, comment="Du rapport établi."),
    Column("raison", Text, comment="Pourquoi il n'a pu l'être."),
    Column("essais", Integer, nullable=False, server_default=text("0")),
    Column("traite_le", INSTANT, comment="Nul : il reste à établir."),
    Index(
        "traitements_rapports_a_faire",
        "execution_id",
        "organisme",
        postgresql_where=text("traite_le IS NULL"),
    ),
    comment="Un rapport d'une exécution : à établir, établi, ou mis de côté.",
)
