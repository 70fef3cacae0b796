"""Les avenants des contrats."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from courtier.base import metadonnees

avenants = sa.Table(
    "avenants",
    metadonnees,
    sa.Column("organisme", sa.Text, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("numero", sa.Integer, nullable=False, comment="Son rang au contrat."),
    sa.Column("contrat_id", sa.Uuid, nullable=False),
    sa.Column("dossier_id", sa.Uuid),
    sa.Column("etat", sa.Text, nullable=False),
    sa.Column("texte", JSONB, nullable=False),
    sa.Column("effet", JSONB, nullable=False),
    sa.Column("autorisation_exigee", sa.Boolean, nullable=False),
    sa.Column("preparation", JSONB, nullable=False),
    sa.Column("validation", JSONB(none_as_null=True)),
    sa.Column("autorisation", JSONB(none_as_null=True)),
    sa.Column("efvp", JSONB(none_as_null=True)),
    sa.Column("budget", JSONB(none_as_null=True)),
    sa.Column("signature_client", JSONB(none_as_null=True)),
    sa.Column("signature_fournisseur", JSONB(none_as_null=True)),
    sa.Column("copie", JSONB(none_as_null=True)),
    sa.Column("abandon", JSONB(none_as_null=True)),
    sa.PrimaryKeyConstraint("organisme", "id"),
    sa.UniqueConstraint("organisme", "contrat_id", "numero", name="avenants_numero"),
    sa.Index("avenants_id", "id"),
    sa.Index("avenants_empreinte", "organisme", sa.text("(texte ->> 'empreinte')")),
    sa.Index("avenants_contrat", "contrat_id", "numero"),
    sa.Index(
        "avenants_ouverts",
        "organisme",
        "contrat_id",
        unique=True,
        postgresql_where=sa.text("etat IN ('prepare', 'valide', 'signe_client')"),
    ),
)
