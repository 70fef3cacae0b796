"""Les tables des saisies; ce qu'elles disent ne change pas, seul leur état avance."""

from sqlalchemy import Column, Date, ForeignKeyConstraint, Index, Integer, Table, Text, Uuid

from facturation.base import INSTANT, MONTANT, choix, metadonnees
from facturation.saisies.domaine.decisions import EtatDecision, NatureDecision
from facturation.saisies.domaine.saisies import EtatSaisie

decisions = Table(
    "decisions",
    metadonnees,
    Column("id", Uuid, primary_key=True, comment="D'un ajustement, c'est aussi la sienne."),
    Column("nature", choix(NatureDecision), nullable=False),
    Column("organisme", Text, comment="Absent : un lot de plusieurs."),
    Column("tarif", Text, comment="Absent : un lot de plusieurs."),
    Column("montant", MONTANT, nullable=False, comment="Signé, d'un ajustement."),
    Column("lignes", Integer, nullable=False),
    Column("numero", Text, comment="Le document dont la ligne s'ajuste."),
    Column("rang", Integer),
    Column("motif", Text, comment="D'un ajustement; une saisie dit le sien."),
    Column("etat", choix(EtatDecision), nullable=False),
    Column("proposee_le", INSTANT, nullable=False),
    Column("proposee_par", Text, nullable=False),
    Column("tranchee_le", INSTANT),
    Column("tranchee_par", Text),
    Column("motif_refus", Text),
    Index("decisions_etat", "etat", "id"),
    Index("decisions_organisme", "organisme", "id"),
    Index("decisions_proposees", "etat", "proposee_le"),
    comment="Ce que la facturation décide d'office; au-delà d'un seuil, à deux (FAC-13).",
)

saisies = Table(
    "saisies",
    metadonnees,
    Column("id", Uuid, primary_key=True, comment="La source, et l'acte qui la rend due."),
    Column("decision_id", Uuid, nullable=False),
    Column("rang", Integer, nullable=False, comment="Sa place dans le lot."),
    Column("organisme", Text, nullable=False),
    Column("tarif", Text, nullable=False),
    Column("montant", MONTANT, nullable=False),
    Column("fait_le", Date, nullable=False),
    Column("periode", Text, nullable=False, comment="Le mois de `fait_le`."),
    Column("motif", Text, nullable=False),
    Column("reference", Text),
    Column("demande_id", Uuid),
    Column("actif_id", Uuid),
    Column("site", Text),
    Column("imputation", Text),
    Column("empreinte", Text, nullable=False, comment="SHA-256 de son identité."),
    Column("etat", choix(EtatSaisie), nullable=False, comment="De sa décision; ou annulée."),
    Column("annulee_le", INSTANT),
    Column("annulee_par", Text),
    Column("motif_annulation", Text),
    ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="saisies_decision_posee"),
    Index("saisies_decision", "decision_id", "rang"),
    Index("saisies_organisme", "organisme", "id"),
    Index("saisies_periode", "periode", "id"),
    Index("saisies_etat", "etat", "id"),
    Index("saisies_empreinte", "organisme", "empreinte"),
    comment="Les montants saisis et motivés par le MCN (FAC-2); un lot se pose tout entier.",
)
