"""Les tables du Catalogue."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from courtier.base import INSTANT, metadonnees

fournisseurs = sa.Table(
    "fournisseurs",
    metadonnees,
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

ententes = sa.Table(
    "ententes",
    metadonnees,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("numero", sa.Text, nullable=False),
    sa.Column("fournisseur_id", sa.Uuid, sa.ForeignKey("fournisseurs.id"), nullable=False),
    sa.Column("debut", sa.Date, nullable=False),
    sa.Column("fin", sa.Date, nullable=False),
    sa.UniqueConstraint("numero", name="ententes_numero"),
    sa.CheckConstraint("debut < fin", name="ententes_periode"),
    sa.Index("ententes_fournisseur", "fournisseur_id"),
)

offres = sa.Table(
    "offres",
    metadonnees,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("fournisseur_id", sa.Uuid, sa.ForeignKey("fournisseurs.id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("offres_fournisseur", "fournisseur_id"),
)

offres_versions = sa.Table(
    "offres_versions",
    metadonnees,
    sa.Column("offre_id", sa.Uuid, sa.ForeignKey("offres.id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("publiee", sa.Boolean, nullable=False),
    sa.Column("depuis", INSTANT, nullable=False),
    sa.Column("titre", sa.Text, nullable=False),
    sa.Column("categorie", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("entente_id", sa.Uuid, sa.ForeignKey("ententes.id"), nullable=False),
    sa.Column("qualification", sa.Text, nullable=False),
    sa.Column("lieux_hebergement", JSONB, nullable=False),
    sa.PrimaryKeyConstraint("offre_id", "version"),
    sa.Index("offres_versions_categorie", "categorie", "offre_id"),
    sa.Index("offres_versions_qualification", "qualification", "offre_id"),
)

offres_prix = sa.Table(
    "offres_prix",
    metadonnees,
    sa.Column("offre_id", sa.Uuid, sa.ForeignKey("offres.id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("en_vigueur_le", sa.Date, nullable=False),
    sa.Column("prix", sa.Numeric(14, 6), nullable=False, comment="Celui de la base."),
    sa.Column("composantes", JSONB(none_as_null=True), comment="Absentes : la base seule."),
    sa.Column("modalites", JSONB(none_as_null=True)),
    sa.Column("publie_le", INSTANT, nullable=False),
    sa.PrimaryKeyConstraint("offre_id", "version"),
    sa.CheckConstraint("prix >= 0", name="offres_prix_positif"),
)
