"""Le socle, le Catalogue et les contrats spécifiques."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from socle.schema import migration

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    migration.creer_socle(op)
    _fournisseurs()
    _offres()
    _organismes()
    _contrats()


def _fournisseurs() -> None:
    op.create_table(
        "fournisseurs",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("nom", sa.Text, nullable=False),
        sa.Column("neq", sa.Text),
        sa.Column("pays", sa.Text, nullable=False),
        sa.Column("partenaire", sa.Text),
        sa.Column("personnes_ressources", JSONB, nullable=False),
        sa.Column("lieux_hebergement", JSONB, nullable=False),
        sa.Column("developpement_durable", JSONB, nullable=False),
        sa.Column("accessibilite", sa.Text, nullable=False),
        sa.Column("conditions", sa.Text, nullable=False),
        sa.Column("annexe_modificative", sa.Text, nullable=False),
        sa.UniqueConstraint("neq", name="fournisseurs_neq"),
    )
    migration.commune(op, "fournisseurs")
    op.create_table(
        "ententes",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("numero", sa.Text, nullable=False),
        sa.Column("fournisseur_id", sa.Uuid, sa.ForeignKey("fournisseurs.id"), nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("fin", sa.Date, nullable=False),
        sa.UniqueConstraint("numero", name="ententes_numero"),
        sa.CheckConstraint("debut < fin", name="ententes_periode"),
    )
    op.create_index("ententes_fournisseur", "ententes", ["fournisseur_id"])
    migration.commune(op, "ententes")


def _offres() -> None:
    op.create_table(
        "offres",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("fournisseur_id", sa.Uuid, sa.ForeignKey("fournisseurs.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("offres_fournisseur", "offres", ["fournisseur_id"])
    migration.commune(op, "offres")
    op.create_table(
        "offres_versions",
        sa.Column("offre_id", sa.Uuid, sa.ForeignKey("offres.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("publiee", sa.Boolean, nullable=False),
        sa.Column("depuis", _INSTANT, nullable=False),
        sa.Column("titre", sa.Text, nullable=False),
        sa.Column("categorie", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("entente_id", sa.Uuid, sa.ForeignKey("ententes.id"), nullable=False),
        sa.Column("qualification", sa.Text, nullable=False),
        sa.Column("lieux_hebergement", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("offre_id", "version"),
    )
    migration.commune(op, "offres_versions")
    op.create_table(
        "offres_prix",
        sa.Column("offre_id", sa.Uuid, sa.ForeignKey("offres.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("en_vigueur_le", sa.Date, nullable=False),
        sa.Column("prix", sa.Numeric(14, 6), nullable=False),
        sa.Column("publie_le", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("offre_id", "version"),
        sa.CheckConstraint("prix >= 0", name="offres_prix_positif"),
    )
    migration.commune(op, "offres_prix")


def _organismes() -> None:
    op.create_table(
        "organismes",
        sa.Column("organisme", sa.Text, primary_key=True),
        sa.Column("nom", sa.Text, nullable=False),
        sa.Column("assujetti_rcti", sa.Boolean, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    migration.par_organisme(op, "organismes")


def _contrats() -> None:
    op.create_table(
        "contrats",
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
        sa.Column("prepare_le", _INSTANT, nullable=False),
        sa.Column("valide_par", sa.Text),
        sa.Column("valide_le", _INSTANT),
        sa.Column("client_par", sa.Text),
        sa.Column("client_le", _INSTANT),
        sa.Column("fournisseur_par", sa.Text),
        sa.Column("fournisseur_le", _INSTANT),
        sa.Column("consigne_par", sa.Text),
        sa.Column("consigne_le", _INSTANT),
        sa.Column("copie_due_le", sa.Date),
        sa.Column("copie_par", sa.Text),
        sa.Column("copie_le", _INSTANT),
        sa.PrimaryKeyConstraint("organisme", "id"),
        sa.CheckConstraint("duree_mois BETWEEN 1 AND 36", name="contrats_duree"),
    )
    op.create_index("contrats_id", "contrats", ["id"])
    migration.par_organisme(op, "contrats")
