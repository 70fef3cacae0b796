"""La consultation d'un dossier : des critères structurés, et tout ce qu'elle trouve (CI-10)."""

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Les critères libres deviennent des mots cherchés. Ce que le Catalogue répondait d'autre ne
    # s'est pas gardé : les offres retenues, qu'il répondait, en tiennent lieu.
    op.execute("""
        UPDATE dossiers_actes SET contenu = jsonb_build_object(
            'criteres', jsonb_build_object('q', coalesce((
                SELECT string_agg(value, ' ' ORDER BY key)
                FROM jsonb_each_text(contenu -> 'criteres')
            ), '')),
            'le', contenu -> 'le',
            'trouvees', contenu -> 'offres',
            'retenues', coalesce((
                SELECT jsonb_agg(offre -> 'offre_id')
                FROM jsonb_array_elements(contenu -> 'offres') AS offre
            ), '[]')
        ) WHERE geste = 'consultation'
    """)


def downgrade() -> None:
    op.execute("""
        UPDATE dossiers_actes SET contenu = jsonb_build_object(
            'criteres', coalesce((
                SELECT jsonb_object_agg(key, value)
                FROM jsonb_each_text(contenu -> 'criteres') WHERE value <> ''
            ), '{}'),
            'le', contenu -> 'le',
            'offres', coalesce((
                SELECT jsonb_agg(offre) FROM jsonb_array_elements(contenu -> 'trouvees') AS offre
                WHERE contenu -> 'retenues' @> jsonb_build_array(offre -> 'offre_id')
            ), '[]')
        ) WHERE geste = 'consultation'
    """)
