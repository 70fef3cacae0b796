"""Les tables des comptes; rien ne s'y refait : un règlement inscrit ne change plus (FAC-17)."""

from sqlalchemy import (
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from facturation.base import INSTANT, MONTANT, metadonnees

reglements = Table(
    "reglements",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("le", Date, nullable=False, comment="La date de Québec où l'organisme a payé."),
    Column("reference", Text, nullable=False),
    Column("montant", MONTANT, nullable=False, comment="D'une contre-écriture, négatif."),
    Column("annule", Uuid, comment="Le règlement que celui-ci contrepasse, une seule fois."),
    Column("motif", Text),
    Column("inscrit_le", INSTANT, nullable=False),
    Column("inscrit_par", Text, nullable=False),
    UniqueConstraint("organisme", "annule", name="reglements_annule"),
    ForeignKeyConstraint(["annule"], ["reglements.id"], name="reglements_contrepasse"),
    Index("reglements_le", "le", "id"),
    Index("reglements_organisme", "organisme", "le", "id"),
    comment="Ce que les organismes ont payé, et ce qui s'en défait; immuables (FAC-17).",
)

acquittements = Table(
    "acquittements",
    metadonnees,
    Column("reglement_id", Uuid, primary_key=True),
    Column("rang", Integer, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("numero", Text, nullable=False, comment="Le document payé, ou dont le crédit est pris."),
    Column("montant", MONTANT, nullable=False),
    Column("le", Date, nullable=False, comment="La date de Québec où il compte."),
    Column("inscrit_le", INSTANT, nullable=False),
    Column("inscrit_par", Text, nullable=False),
    ForeignKeyConstraint(["reglement_id"], ["reglements.id"], name="acquittements_reglement"),
    ForeignKeyConstraint(["numero"], ["factures.numero"], name="acquittements_document"),
    Index("acquittements_numero", "organisme", "numero"),
    comment="Ce que chaque règlement paie de chaque document; immuables (FAC-17).",
)

soldes = Table(
    "soldes",
    metadonnees,
    Column("numero", Text, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("echeance", Date),
    Column("reste", MONTANT, nullable=False),
    ForeignKeyConstraint(["numero"], ["factures.numero"], name="soldes_document"),
    Index("soldes_a_payer", "echeance", "numero", postgresql_where=text("reste > 0")),
    comment="Ce qu'il reste de chaque document; deux déclencheurs les tiennent (FAC-17).",
)
