"""Les tables du catalogue : aucune n'appartient à un organisme.

Une version ne garde pas sa fin : la vue la déduit du début suivant. Une version remplacée reste,
avec le numéro de celle qui l'a remplacée : une facture a pu la citer.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadonnees = MetaData()

fiches = Table("fiches", metadonnees, Column("code", Text, primary_key=True))

fiche_versions = Table(
    "fiche_versions",
    metadonnees,
    Column("code", Text, ForeignKey("fiches.code"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("debut", Date, nullable=False),
    Column("contenu", JSONB, nullable=False, comment="Titre, description, tarifs, indicateurs."),
    Column("publie_le", DateTime(timezone=True), nullable=False),
    Column("remplace_par", Integer),
    PrimaryKeyConstraint("code", "version"),
)
Index(
    "fiche_versions_effectives",
    fiche_versions.c.code,
    fiche_versions.c.debut,
    unique=True,
    postgresql_where=fiche_versions.c.remplace_par.is_(None),
)

codes_reserves = Table(
    "codes_reserves",
    metadonnees,
    Column("code", Text, primary_key=True),
    Column("fiche", Text, ForeignKey("fiches.code"), nullable=False),
    comment="Un code de tarif ou d'indicateur appartient à une seule fiche, pour toujours.",
)

produits = Table(
    "produits",
    metadonnees,
    Column("code", Text, primary_key=True),
    Column("sorte", Text, nullable=False),
    Column("statut", Text, nullable=False),
    Column("libelle", Text, nullable=False),
    Column("categorie", Text, nullable=False),
    Column("noyau", Boolean, nullable=False),
    Column("normalise", Boolean, nullable=False),
    Column("gamme", Text, nullable=False),
    Column("reserve_hauts_dirigeants", Boolean, nullable=False),
    Column("tarifs", ARRAY(Text), nullable=False),
    Column("recherche", Text, nullable=False, comment="Code, libellé et catégorie, pliés."),
    Column("version", Integer, nullable=False),
)

produit_prix = Table(
    "produit_prix",
    metadonnees,
    Column("code", Text, ForeignKey("produits.code"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("debut", Date, nullable=False),
    Column("prix", Numeric(14, 2), nullable=False, comment="Dollars, avant majoration."),
    Column("publie_le", DateTime(timezone=True), nullable=False),
    Column("remplace_par", Integer),
    PrimaryKeyConstraint("code", "version"),
)
Index(
    "produit_prix_effectives",
    produit_prix.c.code,
    produit_prix.c.debut,
    unique=True,
    postgresql_where=produit_prix.c.remplace_par.is_(None),
)
