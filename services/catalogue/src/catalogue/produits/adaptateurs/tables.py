"""Les tables des produits : aucune n'appartient à un organisme."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from catalogue.base import metadonnees, table_de_versions

produits = sa.Table(
    "produits",
    metadonnees,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("sorte", sa.Text, nullable=False),
    sa.Column("statut", sa.Text, nullable=False),
    sa.Column("libelle", sa.Text, nullable=False),
    sa.Column("categorie", sa.Text, nullable=False),
    sa.Column("noyau", sa.Boolean, nullable=False),
    sa.Column("normalise", sa.Boolean, nullable=False),
    sa.Column("gamme", sa.Text, nullable=False),
    sa.Column("reserve_hauts_dirigeants", sa.Boolean, nullable=False),
    sa.Column("duree_de_vie_mois", sa.Integer, comment="Absente : le CSC juge (FAC-2)."),
    sa.Column("tarifs", ARRAY(sa.Text), nullable=False),
    sa.Column("recherche", sa.Text, nullable=False, comment="Code, libellé et catégorie, pliés."),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("produits_categorie", "categorie", "code"),
    sa.Index("produits_sorte", "sorte", "code"),
    sa.Index("produits_statut", "statut", "code"),
    sa.Index(
        "produits_recherche",
        "recherche",
        postgresql_using="gin",
        postgresql_ops={"recherche": "gin_trgm_ops"},
    ),
)

produit_prix = table_de_versions(
    "produit_prix",
    produits,
    sa.Column("prix", sa.Numeric(14, 2), nullable=False, comment="Dollars, avant majoration."),
)
