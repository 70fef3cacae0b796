"""Le bon que dit une facture, et les numéros repliés : casse et blancs n'en font pas d'autres."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0052"
branch_labels = None
depends_on = None

_FACTURES = "factures_fournisseur"
_REPLI = r"lower(regexp_replace(btrim({0}), '\s+', ' ', 'g'))"
_NUMEROS = {"commandes": "bon", _FACTURES: "numero"}


def upgrade() -> None:
    op.add_column(
        _FACTURES,
        sa.Column("bon", sa.Text, comment="Le bon qu'elle dit, qu'une commande le porte ou non."),
    )
    op.add_column(_FACTURES, sa.Column("bon_cle", sa.Text, comment="Le bon, replié de même."))
    for table, comment in (
        ("commandes", "Le bon, casse et blancs repliés; nulle, un double d'avant."),
        (_FACTURES, "Le numéro, replié de même."),
    ):
        op.add_column(table, sa.Column("cle", sa.Text, comment=comment))
    op.execute(f"""
        UPDATE {_FACTURES} AS f SET bon = c.bon, bon_cle = {_REPLI.format("c.bon")}
        FROM commandes AS c WHERE c.organisme = f.organisme AND c.id = f.commande_id
    """)  # noqa: S608 -- nos propres noms
    for table, numero in _NUMEROS.items():
        _replier(table, numero)
        op.create_index(
            f"{table}_cle",
            table,
            ["organisme", "contrat_id", "cle"],
            unique=True,
            postgresql_where=sa.text("annulee_le IS NULL"),
        )
    op.create_index(
        f"{_FACTURES}_attente",
        _FACTURES,
        ["contrat_id", "bon_cle"],
        postgresql_where=sa.text("commande_id IS NULL AND annulee_le IS NULL"),
    )


def _replier(table: str, numero: str) -> None:
    """La première inscrite prend la clé; un double d'avant, encore valable, n'en a pas."""
    repli = _REPLI.format(numero)
    op.execute(f"""
        UPDATE {table} AS t SET cle = r.cle FROM (
            SELECT organisme, id, {repli} AS cle, annulee_le IS NOT NULL OR row_number() OVER (
                PARTITION BY organisme, contrat_id, {repli}, annulee_le IS NULL
                ORDER BY inscrite_le, id
            ) = 1 AS premiere
            FROM {table}
        ) AS r WHERE r.organisme = t.organisme AND r.id = t.id AND r.premiere
    """)  # noqa: S608 -- nos propres noms


def downgrade() -> None:
    op.drop_index(f"{_FACTURES}_attente", _FACTURES)
    for table in _NUMEROS:
        op.drop_index(f"{table}_cle", table)
        op.drop_column(table, "cle")
    for colonne in ("bon", "bon_cle"):
        op.drop_column(_FACTURES, colonne)
