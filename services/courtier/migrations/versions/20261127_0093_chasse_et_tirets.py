"""Un numéro de bon ou de facture se replie de sa chasse, ses tirets et ses blancs (CI-19).

D'un double d'avant, encore valable, la première inscrite garde la clé.
"""

from alembic import op

revision = "0093"
down_revision = "0092"
branch_labels = None
depends_on = None

_REPLI = (
    r"lower(regexp_replace(regexp_replace(normalize({0}, NFKC),"
    r" '[\u058a\u05be\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d]', '-', 'g'), '\s+', '', 'g'))"
)
_FACTURES = "factures_fournisseur"


def upgrade() -> None:
    for table, numero in (("commandes", "bon"), (_FACTURES, "numero")):
        _replier(table, _REPLI.format(numero))
    bon = _REPLI.format("bon")
    op.execute(
        f"UPDATE {_FACTURES} SET bon_cle = {bon} WHERE bon IS NOT NULL AND bon_cle <> {bon}"  # noqa: S608
    )


def _replier(table: str, repli: str) -> None:
    """D'abord les doubles perdent la leur : l'index n'en voit jamais deux."""
    op.execute(f"""
        UPDATE {table} AS t SET cle = NULL FROM (
            SELECT organisme, id, row_number() OVER (
                PARTITION BY organisme, contrat_id, {repli} ORDER BY inscrite_le, id
            ) AS rang
            FROM {table} WHERE annulee_le IS NULL AND cle IS NOT NULL
        ) AS r WHERE r.organisme = t.organisme AND r.id = t.id AND r.rang > 1
    """)  # noqa: S608 -- nos propres noms
    op.execute(
        f"UPDATE {table} SET cle = {repli} WHERE cle IS NOT NULL AND cle <> {repli}"  # noqa: S608
    )


def downgrade() -> None:
    """Rien : les clés repliées davantage restent justes."""
