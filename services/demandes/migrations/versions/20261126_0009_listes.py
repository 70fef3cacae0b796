"""Chaque filtre d'une liste a son index, dans l'ordre de ses pages.

Sur une grande base, l'exploitant les bâtit d'abord sans bloquer les écritures (EXPLOITATION.md).
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INDEX = (
    ("demandes_sorte", "demandes", ["sorte", "id"]),
    ("demandes_organisme_etat", "demandes", ["organisme", "etat", "id"]),
    ("demandes_organisme_sorte", "demandes", ["organisme", "sorte", "id"]),
    ("actifs_etat", "actifs", ["etat", "id"]),
    ("actifs_organisme_etat", "actifs", ["organisme", "etat", "id"]),
    ("actes_itsm_recus", "actes_itsm", ["recu_le", "id"]),
    ("actes_itsm_sort", "actes_itsm", ["sort", "recu_le", "id"]),
    ("actes_itsm_demande", "actes_itsm", ["demande_id", "recu_le", "id"]),
    ("webhook_envois_etat", "webhook_envois", ["webhook_id", "etat", "rang"]),
)


def upgrade() -> None:
    for nom, table, colonnes in INDEX:
        op.create_index(nom, table, colonnes, if_not_exists=True)
    op.drop_index("demandes_en_cours", "demandes")
    op.drop_index("actes_itsm_en_souffrance", "actes_itsm")
    op.execute(
        "CREATE UNIQUE INDEX IF NOT EXISTS demandes_numero_organisme"
        " ON demandes (numero, organisme)"
    )
    op.drop_constraint("demandes_numero", "demandes")
    op.execute(
        "ALTER TABLE demandes ADD CONSTRAINT demandes_numero UNIQUE USING INDEX"
        " demandes_numero_organisme"
    )


def downgrade() -> None:
    op.drop_constraint("demandes_numero", "demandes")
    op.create_unique_constraint("demandes_numero", "demandes", ["organisme", "numero"])
    op.execute(
        "CREATE INDEX actes_itsm_en_souffrance ON actes_itsm (demande_id)"
        " WHERE sort IN ('differe', 'refuse')"
    )
    op.execute(
        "CREATE INDEX demandes_en_cours ON demandes (organisme) WHERE etat IN ('approuvee',"
        " 'brouillon', 'creee', 'prise_en_charge', 'suspendue')"
    )
    for nom, table, _ in reversed(INDEX):
        op.drop_index(nom, table)
