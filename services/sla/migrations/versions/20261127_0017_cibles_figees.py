"""La cible d'un indicateur se fige à la fermeture, même sans rien à mesurer (SLA-4, SLA-7)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

COMMENT = "Par indicateur attendu; nul : d'un mois fermé avant."


def upgrade() -> None:
    # Un mois déjà fermé ne se récrit pas : la cible s'en lit de la version en vigueur alors.
    op.add_column("fiches_fermees", sa.Column("cibles", JSONB, comment=COMMENT))


def downgrade() -> None:
    op.drop_column("fiches_fermees", "cibles")
