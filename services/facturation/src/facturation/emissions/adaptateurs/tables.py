"""Les tables des émissions."""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from facturation.base import INSTANT, MOIS, MONTANT, choix, en_json, metadonnees
from facturation.clients.domaine import Client
from facturation.emissions.domaine.executions import EtatTraitement
from facturation.emissions.domaine.suivi import GestePose

executions = Table(
    "executions",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("periode", MOIS, nullable=False),
    Column("organisme", Text, comment="Absent : tous."),
    Column("demandee_le", INSTANT, nullable=False),
    Column("demandee_par", Text, nullable=False),
    Column(
        "approuves_seulement",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="Met de côté l'organisme dont l'aperçu n'est pas approuvé.",
    ),
    Column(
        "sautes",
        ARRAY(MOIS),
        nullable=False,
        server_default="{}",
        comment="Les mois qu'elle ferme sans les émettre, dits à la demande (FAC-6).",
    ),
    Column("arretee_le", INSTANT, comment="L'arrêt que rien n'a repris."),
    Column("commencee_le", INSTANT, comment="Le premier traitement d'avant une reprise."),
    Column("reprise_le", INSTANT, comment="La dernière reprise."),
    Column(
        "gestes",
        en_json(tuple[GestePose, ...]),
        nullable=False,
        server_default="[]",
        comment="Ses arrêts et ses reprises, qui et quand (FAC-6).",
    ),
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
    Column(
        "tour", Integer, nullable=False, server_default="0", comment="Les reprises qui l'ont remis."
    ),
    Column("traite_le", INSTANT, comment="Absent : à faire, ou d'avant qu'on ne le garde."),
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

approbations = Table(
    "approbations",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("periode", Text, nullable=False),
    Column("empreinte", Text, nullable=False, comment="Celle de l'aperçu."),
    Column("instantane", Text, nullable=False, comment="Ce que la base voyait (pg_snapshot)."),
    Column(
        "jalons",
        en_json(dict[str, datetime | None]),
        nullable=False,
        comment="Jusqu'où tout était reçu de chaque producteur.",
    ),
    Column("client", en_json(Client), nullable=False, comment="Son fichier d'alors."),
    Column("lignes", Integer, nullable=False),
    Column("total", MONTANT, nullable=False),
    Column("approuvee_le", INSTANT, nullable=False),
    Column("approuvee_par", Text, nullable=False),
    Column(
        "sources_apprises_depuis",
        Integer,
        comment="Combien de sources ont changé avant l'émission; absent : elle n'a pas eu lieu.",
    ),
    Column("apprises_depuis", ARRAY(Text), comment="Les premières, par nom."),
    Column("retiree_le", INSTANT),
    Column("retiree_par", Text),
    Column("motif_du_retrait", Text),
    Index(
        "approbations_qui_valent",
        "organisme",
        "periode",
        unique=True,
        postgresql_where=text("retiree_le IS NULL"),
    ),
    Index("approbations_periode", "periode", "organisme", "id"),
    Index("approbations_organisme", "organisme", "periode", "id"),
    comment="Les aperçus approuvés, et l'horizon que suivra leur émission (FAC-7).",
)
