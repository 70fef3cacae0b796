"""Les contrats spécifiques."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from courtier.base import INSTANT, metadonnees

contrats = sa.Table(
    "contrats",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("etat", sa.Text, nullable=False),
    sa.Column("fournisseur_id", sa.Uuid, sa.ForeignKey("fournisseurs.id"), nullable=False),
    sa.Column("entente_id", sa.Uuid, sa.ForeignKey("ententes.id"), nullable=False),
    sa.Column("debut", sa.Date, nullable=False),
    sa.Column("duree_mois", sa.Integer, nullable=False),
    sa.Column("montant", sa.Numeric(14, 2), nullable=False),
    sa.Column("elements", JSONB, nullable=False),
    sa.Column("empreinte_contrat", sa.Text, nullable=False),
    sa.Column("empreinte_annexe", sa.Text, nullable=False),
    sa.Column("empreinte_engagement", sa.Text, nullable=False),
    sa.Column("prepare_par", sa.Text, nullable=False),
    sa.Column("prepare_le", INSTANT, nullable=False),
    sa.Column("valide_par", sa.Text),
    sa.Column("valide_le", INSTANT),
    sa.Column("client_par", sa.Text),
    sa.Column("client_le", INSTANT),
    sa.Column("fournisseur_par", sa.Text),
    sa.Column("fournisseur_le", INSTANT),
    sa.Column("consigne_par", sa.Text),
    sa.Column("consigne_le", INSTANT),
    sa.Column("copie_due_le", sa.Date),
    sa.Column("copie_par", sa.Text),
    sa.Column("copie_le", INSTANT),
    sa.Column("dossier_id", sa.Uuid),
    sa.Column("imputation", sa.Text),
    sa.Column("client_mandat", sa.Uuid, comment="Le mandat du signataire (DEM-3)."),
    sa.Column("client_substitution", sa.Uuid),
    sa.PrimaryKeyConstraint("organisme", "id"),
    sa.CheckConstraint("duree_mois BETWEEN 1 AND 36", name="contrats_duree"),
    sa.Index("contrats_id", "id"),
    sa.Index("contrats_etat", "etat", "id"),
    sa.Index("contrats_dossier", "organisme", "dossier_id"),
    sa.Index("contrats_fournisseur", "fournisseur_id", "id"),
    sa.Index("contrats_organisme_etat", "organisme", "etat", "id"),
)
