"""La liste des contrats conclus, lue de tous; chaque client écrit les siens."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from courtier.base import INSTANT, metadonnees

conclus = sa.Table(
    "contrats_conclus",
    metadonnees,
    sa.Column("contrat_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("client", sa.Text, nullable=False, comment="L'organisme."),
    sa.Column("client_nom", sa.Text, nullable=False),
    sa.Column("fournisseur_id", sa.Uuid, nullable=False),
    sa.Column("fournisseur_nom", sa.Text, nullable=False),
    sa.Column("solutions", JSONB, nullable=False),
    sa.Column("categories", ARRAY(sa.Text), nullable=False, comment="Celles des solutions."),
    sa.Column("envergure_de", sa.Numeric(14, 2), nullable=False),
    sa.Column("envergure_a", sa.Numeric(14, 2)),
    sa.Column("debut", sa.Date, nullable=False),
    sa.Column("fin", sa.Date, nullable=False),
    sa.Column("personne_nom", sa.Text, comment="Effacée quand elle ne consent plus."),
    sa.Column("personne_courriel", sa.Text),
    sa.Column("consentie_par", sa.Text),
    sa.Column("consentie_le", INSTANT),
    sa.Column("retiree_par", sa.Text),
    sa.Column("retiree_le", INSTANT),
    sa.Index("contrats_conclus_client", "client", "contrat_id"),
    sa.Index("contrats_conclus_fournisseur", "fournisseur_id", "contrat_id"),
    sa.Index("contrats_conclus_debut", "debut"),
    sa.Index("contrats_conclus_fin", "fin"),
    sa.Index("contrats_conclus_categories", "categories", postgresql_using="gin"),
)
