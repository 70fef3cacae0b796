"""Les contestations, les validations, et les notes de crédit des décisions.

Sur une grande base, l'exploitant ajoute d'abord les colonnes `piece`, ce qui est immédiat, puis
bâtit les index de `CLES` et `factures_nature` sans bloquer les écritures (EXPLOITATION.md).
"""

import sqlalchemy as sa
from alembic import op

from socle.schema import migration

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PIECE = "0 : le document du mois; ensuite, les notes de crédit des décisions."
_INSTANT, _ARGENT = sa.DateTime(timezone=True), sa.Numeric(14, 2)
FIGEES = ("echanges", "pieces", "validations")
"""Ce qui est dit, versé ou validé ne change plus, quel que soit le rôle."""
_IDENTITE = ["source", "tarif", "nature", "debut", "cle"]
CLES = (
    ("factures", "factures_pkey", "PRIMARY KEY", ["organisme", "periode"], []),
    ("lignes", "lignes_pkey", "PRIMARY KEY", ["organisme", "periode"], ["rang"]),
    ("lignes", "lignes_identite", "UNIQUE", ["organisme", "periode"], _IDENTITE),
)
"""Les clés qui comprennent désormais la pièce, entre ces colonnes-ci et celles-là."""


def upgrade() -> None:
    _notes_de_credit()
    _numeroter_depuis_l_api()
    _contestations()
    _fil_et_pieces()


def _notes_de_credit() -> None:
    op.add_column("ajustements", sa.Column("note", sa.Text))
    for table in ("factures", "lignes"):
        piece = sa.Column("piece", sa.Integer, nullable=False, server_default="0", comment=PIECE)
        op.add_column(table, piece, if_not_exists=True)
    op.drop_constraint("lignes_facture", "lignes")
    for table, nom, genre, avant, apres in CLES:
        colonnes = [*avant, "piece", *apres]
        op.create_index(f"{nom}_0007", table, colonnes, unique=True, if_not_exists=True)
        op.drop_constraint(nom, table)
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {nom} {genre} USING INDEX {nom}_0007")
    _lier(["organisme", "periode", "piece"])
    op.add_column("factures", sa.Column("corrige", sa.Text))
    op.create_foreign_key("factures_corrigee", "factures", "factures", ["corrige"], ["numero"])
    op.create_check_constraint("factures_piece", "factures", "(piece = 0) = (corrige IS NULL)")
    op.create_index("factures_nature", "factures", ["nature", "numero"], if_not_exists=True)
    op.create_index(
        "factures_corrige",
        "factures",
        ["corrige", "numero"],
        postgresql_where=sa.text("corrige IS NOT NULL"),
    )


def _lier(cle: list[str]) -> None:
    op.create_foreign_key("lignes_facture", "lignes", "factures", cle, cle)


def _numeroter_depuis_l_api() -> None:
    """Une décision, qui vient de l'API, numérote sa note dans la suite des émissions."""
    op.execute("DROP POLICY compteurs_interne ON compteurs")
    migration.compteur(op, "compteurs")


def _contestations() -> None:
    op.create_table(
        "contestations",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("numero", sa.Text, nullable=False),
        sa.Column("etat", sa.Text, nullable=False),
        sa.Column("motif", sa.Text, nullable=False),
        sa.Column("fait_nouveau", sa.Text),
        sa.Column("tardive", sa.Boolean, nullable=False),
        sa.Column("ouverte_le", _INSTANT, nullable=False),
        sa.Column("ouverte_par", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("echeance", sa.Date),
        sa.Column("rappel_le", sa.Date),
        sa.Column("rappel_fait", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
    )
    for nom, colonnes in (
        ("ouverte", ["ouverte_le", "id"]),
        ("organisme", ["organisme", "ouverte_le", "id"]),
        ("etat", ["etat", "ouverte_le", "id"]),
        ("numero", ["numero"]),
    ):
        op.create_index(f"contestations_{nom}", "contestations", colonnes)
    for nom, jour in (("echeance", "echeance"), ("rappel", "rappel_le")):
        dit = sa.text(f"{jour} IS NOT NULL")
        op.create_index(f"contestations_{nom}", "contestations", [jour], postgresql_where=dit)
    migration.par_organisme(op, "contestations")
    op.create_table(
        "lignes_contestees",
        sa.Column("contestation_id", sa.Uuid, nullable=False),
        sa.Column("rang", sa.Integer, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("numero", sa.Text, nullable=False),
        sa.Column("motif", sa.Text, nullable=False),
        sa.Column("montant", _ARGENT, nullable=False),
        sa.Column("accorde", _ARGENT),
        sa.Column("ouverte", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("contestation_id", "rang"),
        sa.ForeignKeyConstraint(
            ["contestation_id"], ["contestations.id"], name="lignes_contestees_id"
        ),
    )
    op.create_index(
        "lignes_contestees_ouvertes",
        "lignes_contestees",
        ["organisme", "numero", "rang"],
        unique=True,
        postgresql_where=sa.text("ouverte"),
    )
    op.create_index("lignes_contestees_numero", "lignes_contestees", ["numero", "rang"])
    migration.par_organisme(op, "lignes_contestees")


def _fil_et_pieces() -> None:
    op.create_table(
        "echanges",
        sa.Column("contestation_id", sa.Uuid, nullable=False),
        sa.Column("rang", sa.Integer, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("geste", sa.Text, nullable=False),
        sa.Column("le", _INSTANT, nullable=False),
        sa.Column("par", sa.Text, nullable=False),
        sa.Column("texte", sa.Text),
        sa.PrimaryKeyConstraint("contestation_id", "rang"),
        sa.ForeignKeyConstraint(
            ["contestation_id"], ["contestations.id"], name="echanges_contestation"
        ),
    )
    op.create_table(
        "pieces",
        sa.Column("contestation_id", sa.Uuid, nullable=False),
        sa.Column("empreinte", sa.Text, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("nom", sa.Text, nullable=False),
        sa.Column("genre", sa.Text, nullable=False),
        sa.Column("taille", sa.Integer, nullable=False),
        sa.Column("versee_le", _INSTANT, nullable=False),
        sa.Column("versee_par", sa.Text, nullable=False),
        sa.Column("contenu", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("contestation_id", "empreinte"),
        sa.ForeignKeyConstraint(
            ["contestation_id"], ["contestations.id"], name="pieces_contestation"
        ),
    )
    op.create_table(
        "validations",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("numero", sa.Text, nullable=False),
        sa.Column("validee_le", _INSTANT, nullable=False),
        sa.Column("validee_par", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "numero"),
    )
    for table in FIGEES:
        migration.par_organisme(op, table)
        op.execute(
            f"CREATE TRIGGER {table}_figees BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION facture_figee()"
        )


def downgrade() -> None:
    for table in (*FIGEES, "lignes_contestees", "contestations"):
        op.drop_table(table)
    op.execute("DROP POLICY compteurs_interne ON compteurs")
    op.execute("DROP POLICY compteurs_api ON compteurs")
    migration.interne(op, "compteurs")
    op.drop_constraint("lignes_facture", "lignes")
    op.drop_index("factures_nature", "factures")
    op.drop_column("factures", "corrige")
    op.drop_column("ajustements", "note")
    for table, nom, genre, avant, apres in CLES:
        op.drop_constraint(nom, table)
        colonnes = ", ".join([*avant, *apres])
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {nom} {genre} ({colonnes})")
    for table in ("factures", "lignes"):
        op.drop_column(table, "piece")
    _lier(["organisme", "periode"])
