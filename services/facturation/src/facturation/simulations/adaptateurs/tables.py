"""Les simulations et leurs résultats, gardés un temps; les budgets, pour toujours."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from facturation.base import INSTANT, MOIS, MONTANT, choix, en_json, metadonnees
from facturation.simulations.domaine.bilans import StatuQuoTenu
from facturation.simulations.domaine.hypotheses import Hypothese
from facturation.simulations.domaine.simulations import EtatVolet

simulations = Table(
    "simulations",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, nullable=False, comment="Qui la demande, et la voit; vide : le MCN."),
    Column("vise", Text, comment="L'organisme simulé; absent : tous."),
    Column("effet", Date, comment="Absent : une projection."),
    Column("exercice", Text, comment="Celui d'une projection."),
    Column("premier", MOIS, nullable=False),
    Column("dernier", MOIS, nullable=False),
    Column("hypothese", en_json(Hypothese), nullable=False),
    Column("instantane", Text, nullable=False, comment="Ce qui était appris à la demande."),
    Column("demandee_le", INSTANT, nullable=False),
    Column("demandee_par", Text, nullable=False),
    Column("arretee_le", INSTANT),
    Column("terminee_le", INSTANT),
    Column("empreinte", Text, comment="SHA-256 de ce qui fut demandé et calculé."),
    Index("simulations_organisme", "organisme", "id"),
    Index("simulations_demandee_le", "demandee_le"),
    comment="Gardées un temps (FAC-11).",
)

volets = Table(
    "volets",
    metadonnees,
    Column("simulation_id", Uuid, primary_key=True),
    Column("vise", Text, primary_key=True, comment="L'organisme dont c'est le calcul."),
    Column("organisme", Text, nullable=False, comment="Qui demande la simulation."),
    Column("etat", choix(EtatVolet), nullable=False),
    Column("raison", Text),
    Column("essais", Integer, nullable=False, server_default="0"),
    Column("traite_le", INSTANT),
    Column("facture", MONTANT),
    Column("avant", MONTANT),
    Column("apres", MONTANT),
    Column("touches", JSONB, nullable=False, comment="Les abonnements touchés, par tarif."),
    Column("attentes_avant", Integer, nullable=False, server_default="0"),
    Column("attentes_apres", Integer, nullable=False, server_default="0"),
    Column("statu_quos", en_json(tuple[StatuQuoTenu, ...]), nullable=False),
    Column("empreinte", Text),
    ForeignKeyConstraint(
        ["simulation_id"], ["simulations.id"], name="volets_simulation", ondelete="CASCADE"
    ),
    Index("volets_a_faire", "simulation_id", "vise", postgresql_where=text("etat = 'a_faire'")),
    comment="Ce qu'une simulation dit de chaque organisme.",
)

chiffres = Table(
    "chiffres",
    metadonnees,
    Column("simulation_id", Uuid, primary_key=True),
    Column("vise", Text, primary_key=True),
    Column("periode", Text, primary_key=True),
    Column("tarif", Text, primary_key=True),
    Column("organisme", Text, nullable=False, comment="Qui demande la simulation."),
    Column("facture", MONTANT, nullable=False),
    Column("avant", MONTANT, nullable=False),
    Column("apres", MONTANT, nullable=False),
    ForeignKeyConstraint(
        ["simulation_id", "vise"],
        ["volets.simulation_id", "volets.vise"],
        name="chiffres_volet",
        ondelete="CASCADE",
    ),
    comment="Avant et après, par organisme, mois et tarif, avant taxes.",
)

budgets = Table(
    "budgets",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("exercice", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("montant", MONTANT, nullable=False),
    Column("dit_le", INSTANT, nullable=False),
    Column("dit_par", Text, nullable=False),
    CheckConstraint("version > 0", name="budgets_version"),
    comment="Ce qu'un organisme prévoit de payer; la plus haute version vaut, aucune ne change.",
)
