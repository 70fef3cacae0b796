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
    sa.Column("fin", sa.Date, nullable=False, comment="La prévue; un acte la devance."),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.UniqueConstraint("numero", name="ententes_numero"),
    sa.CheckConstraint("debut < fin", name="ententes_periode"),
    sa.Index("ententes_fournisseur", "fournisseur_id"),
)

ententes_actes = sa.Table(
    "ententes_actes",
    metadonnees,
    sa.Column("entente_id", sa.Uuid, sa.ForeignKey("ententes.id"), nullable=False),
    sa.Column("rang", sa.Integer, nullable=False),
    sa.Column("acte", sa.Text, nullable=False),
    sa.Column("le", sa.Date, nullable=False, comment="Le premier jour où il vaut."),
    sa.Column("motif", sa.Text, nullable=False),
    sa.Column("par", sa.Text, nullable=False),
    sa.Column("pose_le", INSTANT, nullable=False),
    sa.PrimaryKeyConstraint("entente_id", "rang"),
)

documents = sa.Table(
    "fournisseurs_documents",
    metadonnees,
    sa.Column("fournisseur_id", sa.Uuid, sa.ForeignKey("fournisseurs.id"), nullable=False),
    sa.Column("nature", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("empreinte", sa.Text, nullable=False, comment="SHA-256, hexadécimal."),
    sa.Column("en_vigueur_le", sa.Date, nullable=False),
    sa.Column("publie_par", sa.Text, nullable=False),
    sa.Column("publie_le", INSTANT, nullable=False),
    sa.PrimaryKeyConstraint("fournisseur_id", "nature", "version"),
)

preuves = sa.Table(
    "preuves_securite",
    metadonnees,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("fournisseur_id", sa.Uuid, sa.ForeignKey("fournisseurs.id"), nullable=False),
    sa.Column("nature", sa.Text, nullable=False),
    sa.Column("titre", sa.Text, nullable=False),
    sa.Column("empreinte", sa.Text, nullable=False),
    sa.Column("datee_du", sa.Date, nullable=False),
    sa.Column("expire_le", sa.Date),
    sa.Column("deposee_par", sa.Text, nullable=False),
    sa.Column("deposee_le", INSTANT, nullable=False),
    sa.Index("preuves_securite_fournisseur", "fournisseur_id", "id"),
    comment="Au MCN seul (CI-11).",
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
    *(
        sa.Column(nom, sa.Text, nullable=False, server_default="")
        for nom in ("activites_entree", "activites_sortie", "assistance", "formation")
    ),
    sa.Column("accessibilite", sa.Text, nullable=False, server_default=""),
    sa.Column("developpement_durable", JSONB, nullable=False, server_default="[]"),
    sa.Column("engagement", JSONB(none_as_null=True)),
    sa.Column("conversion", JSONB(none_as_null=True)),
    sa.Column("responsable_technique", JSONB(none_as_null=True)),
    sa.Column("retrait_le", sa.Date),
    sa.Column("retrait_motif", sa.Text),
    sa.Column(
        "recherche",
        sa.Text,
        nullable=False,
        server_default="",
        comment="Titre, description, catégorie et fournisseur, pliés.",
    ),
    sa.PrimaryKeyConstraint("offre_id", "version"),
    sa.Index("offres_versions_categorie", "categorie", "offre_id"),
    sa.Index("offres_versions_qualification", "qualification", "offre_id"),
    sa.Index(
        "offres_versions_recherche",
        "recherche",
        postgresql_using="gin",
        postgresql_ops={"recherche": "gin_trgm_ops"},
    ),
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
    sa.Column("prix_mensuel", sa.Numeric(14, 6), comment="La base; absent, payée une fois."),
    sa.Column("publie_le", INSTANT, nullable=False),
    sa.PrimaryKeyConstraint("offre_id", "version"),
    sa.CheckConstraint("prix >= 0", name="offres_prix_positif"),
)
