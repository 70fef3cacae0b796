"""Un document d'un organisme ne prouve qu'une chose : toute empreinte se cherche (CI-23).

Les pièces d'un avenant le disent désormais; celles d'avant le retrouvent par leur empreinte.
"""

import sqlalchemy as sa
from alembic import op

revision = "0092"
down_revision = "0091"
branch_labels = None
depends_on = None

_REMPLIR = """
UPDATE pieces AS p
SET avenant_id = a.id
FROM avenants AS a
WHERE a.organisme = p.organisme AND a.contrat_id = p.contrat_id AND (
    (p.genre = 'autorisation_budgetaire' AND p.empreinte = a.budget ->> 'empreinte')
    OR (p.genre = 'efvp' AND p.empreinte = a.efvp ->> 'empreinte')
    OR p.id = (a.autorisation ->> 'piece_id')::uuid
)
"""
_INDEX = (
    ("pieces_empreinte", "pieces", ["organisme", "empreinte"]),
    ("contrats_empreinte", "contrats", ["organisme", "empreinte_contrat"]),
    ("contrats_engagement", "contrats", ["organisme", "empreinte_engagement"]),
    ("avenants_empreinte", "avenants", ["organisme", sa.text("(texte ->> 'empreinte')")]),
)


def upgrade() -> None:
    dont = "L'avenant dont elle est, s'il y en a un."
    op.add_column("pieces", sa.Column("avenant_id", sa.Uuid, comment=dont))
    op.execute(_REMPLIR)
    for nom, table, colonnes in _INDEX:
        # verrou : des milliers de lignes au plus, un instant
        op.create_index(nom, table, colonnes)


def downgrade() -> None:
    for nom, table, _ in reversed(_INDEX):
        op.drop_index(nom, table)
    op.drop_column("pieces", "avenant_id")
