"""Les comptes d'accès, la liste de diffusion, et ce que le Catalogue dit de plus."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from courtier.catalogue.adaptateurs.reference import lire_categories
from socle.bd.recherche import plier
from socle.schema import migration

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_TEXTES = ("activites_entree", "activites_sortie", "assistance", "formation", "accessibilite")
_JSON = ("engagement", "conversion", "responsable_technique")
_A_FOUILLER = """
SELECT v.offre_id, v.version, v.titre, v.description, v.categorie, f.nom
FROM offres_versions v JOIN offres o ON o.id = v.offre_id
JOIN fournisseurs f ON f.id = o.fournisseur_id
"""
_FOUILLER = """
UPDATE offres_versions SET recherche = :recherche WHERE offre_id = :offre_id AND version = :version
"""
# Sans composantes, un prix est d'avant elles : une base par mois.
_PRIX_MENSUEL = """
UPDATE offres_prix AS p SET prix_mensuel = CASE b.periodicite
  WHEN 'unique' THEN NULL WHEN 'annee' THEN round(p.prix / 12, 6) ELSE p.prix END
FROM (
  SELECT offre_id, version, jsonb_path_query_first(composantes, '$[*] ? (@.code == "base")')
    ->> 'periodicite' AS periodicite
  FROM offres_prix
) AS b
WHERE b.offre_id = p.offre_id AND b.version = p.version
"""


def upgrade() -> None:
    _acces()
    _fournisseurs()
    _offres()


def _acces() -> None:
    prononce = (("par", sa.Text), ("le", _INSTANT), ("motif", sa.Text))
    op.create_table(
        "acces_comptes",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sujet", sa.Text, nullable=False),
        sa.Column("etat", sa.Text, nullable=False),
        sa.Column("motif", sa.Text, nullable=False),
        sa.Column("demande_le", _INSTANT, nullable=False),
        sa.Column("decision", sa.Text),
        *(sa.Column(f"decidee_{nom}", genre) for nom, genre in prononce),
        *(sa.Column(f"retrait_{nom}", genre) for nom, genre in prononce),
        sa.PrimaryKeyConstraint("organisme", "id"),
    )
    op.create_index("acces_comptes_id", "acces_comptes", ["id"])
    op.create_index("acces_comptes_etat", "acces_comptes", ["etat", "id"])
    op.create_index("acces_comptes_organisme_etat", "acces_comptes", ["organisme", "etat", "id"])
    op.create_index(
        "acces_comptes_ouvert",
        "acces_comptes",
        ["organisme", "sujet"],
        unique=True,
        postgresql_where=sa.text("etat IN ('demande', 'accorde')"),
    )
    migration.par_organisme(op, "acces_comptes")
    op.create_table(
        "admissibilites",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("rang", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("admissible", sa.Boolean, nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        *(sa.Column(f"decidee_{nom}", genre, nullable=False) for nom, genre in prononce),
        sa.PrimaryKeyConstraint("organisme", "rang"),
    )
    op.create_index("admissibilites_id", "admissibilites", ["id"])
    migration.par_organisme(op, "admissibilites")
    op.create_table(
        "diffusion_inscriptions",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sujet", sa.Text, nullable=False),
        sa.Column("courriel", sa.Text, comment="Effacé quand la personne se retire."),
        sa.Column("inscrite_le", _INSTANT, nullable=False),
        sa.Column("retiree_le", _INSTANT),
        sa.PrimaryKeyConstraint("organisme", "id"),
    )
    op.create_index("diffusion_inscriptions_id", "diffusion_inscriptions", ["id"])
    op.create_index(
        "diffusion_inscriptions_active",
        "diffusion_inscriptions",
        ["organisme", "sujet"],
        unique=True,
        postgresql_where=sa.text("retiree_le IS NULL"),
    )
    migration.par_organisme(op, "diffusion_inscriptions")


def _fournisseurs() -> None:
    op.add_column("ententes", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.alter_column("ententes", "fin", comment="La prévue; un acte la devance.")
    op.create_table(
        "ententes_actes",
        sa.Column("entente_id", sa.Uuid, sa.ForeignKey("ententes.id"), nullable=False),
        sa.Column("rang", sa.Integer, nullable=False),
        sa.Column("acte", sa.Text, nullable=False),
        sa.Column("le", sa.Date, nullable=False, comment="Le premier jour où il vaut."),
        sa.Column("motif", sa.Text, nullable=False),
        sa.Column("par", sa.Text, nullable=False),
        sa.Column("pose_le", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("entente_id", "rang"),
    )
    migration.commune(op, "ententes_actes")
    op.create_table(
        "fournisseurs_documents",
        sa.Column("fournisseur_id", sa.Uuid, sa.ForeignKey("fournisseurs.id"), nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("empreinte", sa.Text, nullable=False, comment="SHA-256, hexadécimal."),
        sa.Column("en_vigueur_le", sa.Date, nullable=False),
        sa.Column("publie_par", sa.Text, nullable=False),
        sa.Column("publie_le", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("fournisseur_id", "nature", "version"),
    )
    migration.commune(op, "fournisseurs_documents")
    op.create_table(
        "preuves_securite",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("fournisseur_id", sa.Uuid, sa.ForeignKey("fournisseurs.id"), nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("titre", sa.Text, nullable=False),
        sa.Column("empreinte", sa.Text, nullable=False),
        sa.Column("datee_du", sa.Date, nullable=False),
        sa.Column("expire_le", sa.Date),
        sa.Column("deposee_par", sa.Text, nullable=False),
        sa.Column("deposee_le", _INSTANT, nullable=False),
        comment="Au MCN seul (CI-11).",
    )
    op.create_index("preuves_securite_fournisseur", "preuves_securite", ["fournisseur_id", "id"])
    migration.du_mcn(op, "preuves_securite")


def _offres() -> None:
    for nom in (*_TEXTES, "recherche"):
        defaut = sa.Column(nom, sa.Text, nullable=False, server_default="")
        op.add_column("offres_versions", defaut)
    op.alter_column(
        "offres_versions",
        "recherche",
        comment="Titre, description, catégorie et fournisseur, pliés.",
    )
    indicateurs = sa.Column("developpement_durable", JSONB, nullable=False, server_default="[]")
    op.add_column("offres_versions", indicateurs)
    for nom in _JSON:
        op.add_column("offres_versions", sa.Column(nom, JSONB(none_as_null=True)))
    op.add_column("offres_versions", sa.Column("retrait_le", sa.Date))
    op.add_column("offres_versions", sa.Column("retrait_motif", sa.Text))
    mensuel = sa.Column(
        "prix_mensuel", sa.Numeric(14, 6), comment="La base; absent, payée une fois."
    )
    op.add_column("offres_prix", mensuel)
    op.execute(_PRIX_MENSUEL)
    _fouiller()
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_index(
        "offres_versions_recherche",
        "offres_versions",
        ["recherche"],
        postgresql_using="gin",
        postgresql_ops={"recherche": "gin_trgm_ops"},
    )


def _fouiller() -> None:
    categories, liaison = lire_categories(), op.get_bind()
    for ligne in liaison.execute(sa.text(_A_FOUILLER)).all():
        categorie = categories.get(ligne.categorie, ligne.categorie)
        texte = plier(f"{ligne.titre} {ligne.description} {categorie} {ligne.nom}")
        cle = {"offre_id": ligne.offre_id, "version": ligne.version}
        liaison.execute(sa.text(_FOUILLER), {"recherche": texte, **cle})


def downgrade() -> None:
    op.drop_index("offres_versions_recherche", "offres_versions")
    op.execute("DROP EXTENSION pg_trgm")
    op.drop_column("offres_prix", "prix_mensuel")
    ajoutees = ("retrait_motif", "retrait_le", *_JSON, "developpement_durable", "recherche")
    for nom in (*ajoutees, *_TEXTES):
        op.drop_column("offres_versions", nom)
    op.alter_column("ententes", "fin", comment=None)
    op.drop_column("ententes", "version")
    nouvelles = ("preuves_securite", "fournisseurs_documents", "ententes_actes")
    for nom in (*nouvelles, "diffusion_inscriptions", "admissibilites", "acces_comptes"):
        op.drop_table(nom)
