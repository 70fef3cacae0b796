"""La consommation des contrats : bilans, commandes, factures du fournisseur."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from courtier.base import INSTANT, metadonnees

_DOLLARS = sa.Numeric(14, 2)

bilans = sa.Table(
    "bilans",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("contrat_id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("commande", _DOLLARS, nullable=False),
    sa.Column("facture", _DOLLARS, nullable=False),
    sa.Column("consomme", _DOLLARS, nullable=False),
    sa.Column("signales", sa.ARRAY(sa.Numeric(8, 6)), nullable=False),
    sa.Column("montant", _DOLLARS, nullable=False, comment="Celui pour lequel on a annoncé."),
    sa.Column("depasse", sa.Boolean, nullable=False),
    sa.PrimaryKeyConstraint("organisme", "contrat_id"),
)

commandes = sa.Table(
    "commandes",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("contrat_id", sa.Uuid, nullable=False),
    sa.Column("bon", sa.Text, nullable=False, comment="Le numéro de bon de l'organisme."),
    sa.Column("cle", sa.Text, comment="Le bon, casse et blancs repliés; nulle, un double d'avant."),
    sa.Column("datee_le", sa.Date, nullable=False),
    sa.Column("lignes", JSONB, nullable=False),
    sa.Column("montant", _DOLLARS, nullable=False),
    sa.Column("facture", _DOLLARS, nullable=False),
    sa.Column("inscrite_par", sa.Text, nullable=False),
    sa.Column("inscrite_le", INSTANT, nullable=False),
    sa.Column("corrige", sa.Uuid),
    sa.Column("annulee_par", sa.Text),
    sa.Column("annulee_le", INSTANT),
    sa.Column("annulee_motif", sa.Text),
    sa.PrimaryKeyConstraint("organisme", "id"),
    sa.Index("commandes_id", "id"),
    sa.Index("commandes_contrat", "contrat_id", "datee_le", "id"),
    sa.Index(
        "commandes_bon",
        "organisme",
        "contrat_id",
        "bon",
        unique=True,
        postgresql_where=sa.text("annulee_le IS NULL"),
    ),
    sa.Index(
        "commandes_cle",
        "organisme",
        "contrat_id",
        "cle",
        unique=True,
        postgresql_where=sa.text("annulee_le IS NULL"),
    ),
)

factures = sa.Table(
    "factures_fournisseur",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("contrat_id", sa.Uuid, nullable=False),
    sa.Column("numero", sa.Text, nullable=False, comment="Celui du fournisseur."),
    sa.Column("cle", sa.Text, comment="Le numéro, replié de même."),
    sa.Column("bon", sa.Text, comment="Le bon qu'elle dit, qu'une commande le porte ou non."),
    sa.Column("bon_cle", sa.Text, comment="Le bon, replié de même."),
    sa.Column("datee_le", sa.Date, nullable=False),
    sa.Column("montant", _DOLLARS, nullable=False),
    sa.Column("commande_id", sa.Uuid),
    sa.Column("reduit", sa.Uuid, comment="La facture que réduit une note de crédit."),
    sa.Column("inscrite_par", sa.Text, nullable=False),
    sa.Column("inscrite_le", INSTANT, nullable=False),
    sa.Column("corrige", sa.Uuid),
    sa.Column("annulee_par", sa.Text),
    sa.Column("annulee_le", INSTANT),
    sa.Column("annulee_motif", sa.Text),
    sa.PrimaryKeyConstraint("organisme", "id"),
    sa.Index("factures_fournisseur_id", "id"),
    sa.Index("factures_fournisseur_contrat", "contrat_id", "datee_le", "id"),
    sa.Index("factures_fournisseur_commande", "organisme", "commande_id"),
    sa.Index(
        "factures_fournisseur_notes",
        "organisme",
        "reduit",
        postgresql_where=sa.text("reduit IS NOT NULL AND annulee_le IS NULL"),
    ),
    sa.Index(
        "factures_fournisseur_numero",
        "organisme",
        "contrat_id",
        "numero",
        unique=True,
        postgresql_where=sa.text("annulee_le IS NULL"),
    ),
    sa.Index(
        "factures_fournisseur_cle",
        "organisme",
        "contrat_id",
        "cle",
        unique=True,
        postgresql_where=sa.text("annulee_le IS NULL"),
    ),
    sa.Index(
        "factures_fournisseur_attente",
        "contrat_id",
        "bon_cle",
        postgresql_where=sa.text("commande_id IS NULL AND annulee_le IS NULL"),
    ),
)
