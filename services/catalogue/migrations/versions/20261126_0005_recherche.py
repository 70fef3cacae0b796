"""Un produit se cherche et se filtre par un index (CAT-8)."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FILTRES = ("categorie", "sorte", "statut")


def upgrade() -> None:
    # PostgreSQL la tient pour sûre : le propriétaire de la base la crée lui-même.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_index(
        "produits_recherche",
        "produits",
        ["recherche"],
        postgresql_using="gin",
        postgresql_ops={"recherche": "gin_trgm_ops"},
    )
    for filtre in FILTRES:
        op.create_index(f"produits_{filtre}", "produits", [filtre, "code"])


def downgrade() -> None:
    for filtre in FILTRES:
        op.drop_index(f"produits_{filtre}", "produits")
    op.drop_index("produits_recherche", "produits")
    op.execute("DROP EXTENSION pg_trgm")
