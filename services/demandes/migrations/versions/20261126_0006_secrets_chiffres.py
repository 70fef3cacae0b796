"""Les clés des abonnés se chiffrent; les réponses gardées ne les montrent plus."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TAIRE = """
UPDATE socle_idempotence
SET corps = convert_to((convert_from(corps, 'UTF8')::jsonb || '{"secret": null}')::text, 'UTF8')
WHERE operation IN ('POST /v1/webhooks', 'POST /v1/webhooks/{webhook_id}/rotation')
  AND en_tetes <> ''
"""


def upgrade() -> None:
    # Une migration n'a pas les clés : la tâche « chiffrer-secrets » du relais chiffre l'existant.
    _commenter("Chiffrées; la clé neuve d'abord.", "La clé neuve d'abord.")
    op.execute(_TAIRE)


def downgrade() -> None:
    _commenter("La clé neuve d'abord.", "Chiffrées; la clé neuve d'abord.")


def _commenter(comment: str, avant: str) -> None:
    op.alter_column(
        "webhooks",
        "secrets",
        existing_type=ARRAY(sa.Text),
        existing_nullable=False,
        comment=comment,
        existing_comment=avant,
    )
