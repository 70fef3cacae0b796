"""Les tables des émissions."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, Table, Text, Uuid, text

from facturation.base import INSTANT, MOIS, MONTANT, choix, metadonnees
from facturation.emissions.domaine.executions import EtatTraitement

executions = Table(
    "executions",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("periode", MOIS, nullable=False),
    Column("organisme", Text, comment="Absent : tous."),
    Column("demandee_le", INSTANT, nullable=False),
    Column("demandee_par", Text, nullable=False),
)

traitements = Table(
    "traitements",
    metadonnees,
    Column("execution_id", Uuid, primary_key=True),
    Column("organisme", Text, primary_key=True),
    Column("etat", choix(EtatTraitement), nullable=False),
    Column("numero", Text),
    Column("total", MONTANT),
    Column("raison", Text),
    Column(
        "essais", Integer, nullable=False, server_default="0", comment="Les calculs qui ont échoué."
    ),
    ForeignKeyConstraint(["execution_id"], ["executions.id"], name="traitements_execution"),
    Index(
        "traitements_a_faire",
        "execution_id",
        "organisme",
        postgresql_where=text("etat = 'a_faire'"),
    ),
    Index("traitements_echoues", "organisme", postgresql_where=text("essais > 0")),
    comment="Le traitement de chaque organisme dans une exécution.",
)
