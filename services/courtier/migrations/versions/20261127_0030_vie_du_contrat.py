"""Ce qui suit la signature : avenants conclus, refus, résiliation; ce qui se rappelle."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0030"
down_revision = "0020"
branch_labels = None
depends_on = None

_COPIES_DUES = """
INSERT INTO obligations (organisme, id, nature, objet_id, contrat_id, dossier_id, due_le,
    ouverte_le, rappels, rappel_le)
SELECT organisme, gen_random_uuid(), 'copie', id, id, dossier_id, copie_due_le, consigne_le,
    ARRAY[copie_due_le, copie_due_le + 1], copie_due_le
FROM contrats WHERE copie_due_le IS NOT NULL AND copie_le IS NULL
ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    _contrats()
    op.add_column(
        "obligations",
        sa.Column("rappelee", sa.Date, comment="Le jour du dernier rappel publié."),
    )
    op.add_column(
        "obligations", sa.Column("rappel_le", sa.Date, comment="Celui du prochain, si elle court.")
    )
    op.create_index("obligations_dues", "obligations", ["due_le", "id"])
    op.create_index("obligations_rappels", "obligations", ["rappel_le"])
    op.create_index(
        "obligations_abandonnees",
        "obligations",
        ["due_le", "id"],
        postgresql_where=sa.text("abandonnee_le IS NOT NULL"),
    )
    op.execute(
        "UPDATE obligations SET rappel_le = rappels[1]"
        " WHERE remplie_le IS NULL AND abandonnee_le IS NULL"
    )
    op.execute(_COPIES_DUES)


def _contrats() -> None:
    op.add_column("contrats", sa.Column("changements", JSONB, nullable=False, server_default="[]"))
    op.add_column("contrats", sa.Column("refus", JSONB(none_as_null=True)))
    op.add_column("contrats", sa.Column("resiliation", JSONB(none_as_null=True)))
    op.add_column(
        "contrats", sa.Column("resilie", sa.Boolean, nullable=False, server_default="false")
    )
    op.add_column(
        "contrats", sa.Column("fin", sa.Date, comment="Avenants et résiliation compris (CI-17).")
    )
    op.add_column(
        "contrats", sa.Column("montant_courant", sa.Numeric(14, 2), comment="Avenants compris.")
    )
    op.execute(
        "UPDATE contrats SET fin = debut + make_interval(months => duree_mois),"
        " montant_courant = montant"
    )
    op.create_index("contrats_organisme_fin", "contrats", ["organisme", "fin", "id"])


def downgrade() -> None:
    op.drop_index("contrats_organisme_fin", "contrats")
    for colonne in ("montant_courant", "fin", "resilie", "resiliation", "refus", "changements"):
        op.drop_column("contrats", colonne)
    op.drop_index("obligations_abandonnees", "obligations")
    op.drop_index("obligations_rappels", "obligations")
    op.drop_index("obligations_dues", "obligations")
    for colonne in ("rappel_le", "rappelee"):
        op.drop_column("obligations", colonne)
