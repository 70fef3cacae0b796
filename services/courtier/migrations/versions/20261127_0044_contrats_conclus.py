"""La liste des contrats conclus, et ceux qui le sont déjà (CI-22)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from socle.schema import migration

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
# Les bandes du jour de la migration; la fin, comme le contrat la compte.
INSCRIRE = """
INSERT INTO contrats_conclus (contrat_id, version, client, client_nom, fournisseur_id,
    fournisseur_nom, solutions, categories, envergure_de, envergure_a, debut, fin)
SELECT c.id, 1, c.organisme, o.nom, f.id, f.nom, s.solutions, s.categories,
    bandes[rang], bandes[rang + 1], c.debut,
    CAST(c.debut + make_interval(months => c.duree_mois) AS date)
FROM contrats c
JOIN organismes o ON o.organisme = c.organisme
JOIN fournisseurs f ON f.id = c.fournisseur_id
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_agg(jsonb_build_object('offre_id', v.offre_id, 'version', v.version,
            'titre', v.titre, 'categorie', v.categorie)), '[]') AS solutions,
        coalesce(array_agg(DISTINCT v.categorie), '{}') AS categories
    FROM jsonb_array_elements(c.elements) AS e
    JOIN offres_versions v ON v.offre_id = (e ->> 'offre_id')::uuid
        AND v.version = (e ->> 'version_offre')::int
) AS s
CROSS JOIN (SELECT '{0,25000,100000,250000,500000,1000000,5000000}'::numeric[] AS bandes) AS b
CROSS JOIN LATERAL (SELECT width_bucket(c.montant, bandes) AS rang) AS r
WHERE c.fournisseur_le IS NOT NULL
"""


def upgrade() -> None:
    op.create_table(
        "contrats_conclus",
        sa.Column("contrat_id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("client_nom", sa.Text, nullable=False),
        sa.Column("fournisseur_id", sa.Uuid, nullable=False),
        sa.Column("fournisseur_nom", sa.Text, nullable=False),
        sa.Column("solutions", JSONB, nullable=False),
        sa.Column("categories", ARRAY(sa.Text), nullable=False),
        sa.Column("envergure_de", sa.Numeric(14, 2), nullable=False),
        sa.Column("envergure_a", sa.Numeric(14, 2)),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("fin", sa.Date, nullable=False),
        sa.Column("personne_nom", sa.Text),
        sa.Column("personne_courriel", sa.Text),
        sa.Column("consentie_par", sa.Text),
        sa.Column("consentie_le", _INSTANT),
        sa.Column("retiree_par", sa.Text),
        sa.Column("retiree_le", _INSTANT),
    )
    op.create_index("contrats_conclus_client", "contrats_conclus", ["client", "contrat_id"])
    op.create_index(
        "contrats_conclus_fournisseur", "contrats_conclus", ["fournisseur_id", "contrat_id"]
    )
    op.create_index("contrats_conclus_debut", "contrats_conclus", ["debut"])
    op.create_index("contrats_conclus_fin", "contrats_conclus", ["fin"])
    op.create_index(
        "contrats_conclus_categories",
        "contrats_conclus",
        ["categories"],
        postgresql_using="gin",
    )
    migration.partagee(op, "contrats_conclus", "client")
    op.execute(INSCRIRE)


def downgrade() -> None:
    op.drop_table("contrats_conclus")
