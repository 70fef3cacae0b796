"""Une sortie achevée en retard ne remplit pas son obligation à temps (CI-24).

L'obligation comptait le jour dit; elle compte désormais l'instant où l'on consigne.
"""

from alembic import op

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None

_CORRIGER = """
UPDATE obligations AS o
SET remplie_le = (s.contenu #>> '{achevement,visa,le}')::timestamptz
FROM sorties AS s
WHERE s.organisme = o.organisme AND s.contrat_id = o.objet_id AND o.nature = 'sortie'
  AND o.remplie_le IS NOT NULL AND (s.contenu #>> '{achevement,tardif}')::boolean
"""


def upgrade() -> None:
    op.execute(_CORRIGER)


def downgrade() -> None:
    """Rien : l'instant corrigé reste vrai."""
