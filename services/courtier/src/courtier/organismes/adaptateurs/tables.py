"""La copie des organismes, refaite depuis le sujet de demandes."""

import sqlalchemy as sa

from courtier.base import metadonnees

organismes = sa.Table(
    "organismes",
    metadonnees,
    sa.Column("organisme", sa.Text, primary_key=True),
    sa.Column("nom", sa.Text, nullable=False),
    sa.Column("assujetti_rcti", sa.Boolean, nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
)
