"""Un contrat préparé que son dossier ne tient plus est caduc, ou abandonné (CI-10, CI-16)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0090"
down_revision = "0081"
branch_labels = None
depends_on = None

_REMPLIR = """
UPDATE contrats AS c
SET etat = CASE WHEN d.etat = 'en_cours' THEN 'caduc' ELSE 'abandonne' END,
    version = c.version + 1,
    caducite = jsonb_build_object(
        'cause', CASE WHEN d.etat = 'en_cours' THEN 'dossier_change' ELSE 'dossier_clos' END,
        'depuis', (
            SELECT max(a.le) FROM dossiers_actes AS a
            WHERE a.organisme = d.organisme AND a.dossier_id = d.id
              AND a.geste IN ('confirmation', 'retour', 'cloture')
        )
    )
FROM dossiers AS d
WHERE d.organisme = c.organisme AND d.id = c.dossier_id AND c.etat IN ('prepare', 'valide')
  AND (d.etat <> 'en_cours' OR d.contrat_id IS DISTINCT FROM c.id)
"""


def upgrade() -> None:
    op.add_column(
        "contrats",
        sa.Column("caducite", JSONB(none_as_null=True), comment="Son dossier ne le tient plus."),
    )
    op.execute(_REMPLIR)


def downgrade() -> None:
    op.execute(
        "UPDATE contrats SET etat = CASE WHEN valide_le IS NULL THEN 'prepare' ELSE 'valide' END"
        " WHERE etat IN ('caduc', 'abandonne')"
    )
    op.drop_column("contrats", "caducite")
