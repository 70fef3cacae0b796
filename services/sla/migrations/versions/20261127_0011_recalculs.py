"""Les rapports de recalcul : ce qu'une version candidate changerait (SLA-7)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from socle.schema import migration

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "recalculs",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("sorte", sa.Text, nullable=False, comment="« calendrier » ou « fiche »."),
        sa.Column("nom", sa.Text, nullable=False, comment="La version proposée."),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("candidat", JSONB, nullable=False, comment="Ce que le catalogue publierait."),
        sa.Column("empreinte", sa.Text, nullable=False, comment="Celle du candidat."),
        sa.Column(
            "communs", sa.Text, nullable=False, comment="Celle des fiches, calendriers, fermetures."
        ),
        sa.Column("demande_le", INSTANT, nullable=False),
        sa.Column("demande_par", sa.Text, nullable=False),
        sa.Column("acheve_le", INSTANT),
        sa.Column("intrants", sa.Text, comment="L'empreinte de tout ce qui fut lu."),
        sa.Column("taux", JSONB, comment="Les taux qui bougeraient."),
        sa.Column("accepte_le", INSTANT),
        sa.Column("accepte_par", sa.Text),
        comment="Ce qu'une version candidate changerait, dit avant de la publier (SLA-7).",
    )

    op.create_table(
        "sujets_recalcules",
        sa.Column("recalcul_id", sa.Uuid, primary_key=True),
        sa.Column("sorte", sa.Text, primary_key=True),
        sa.Column("sujet_id", sa.Text, primary_key=True),
        sa.Column("organisme", sa.Text, primary_key=True),
        sa.Column(
            "faits", sa.BigInteger, comment="Combien de faits et de décisions l'ont fait juger."
        ),
        sa.Column("raison", sa.Text, comment="Pourquoi il n'a pu se rejouer."),
        sa.Column("traite_le", INSTANT, comment="Nul : il reste à relire."),
        comment="Les sujets qu'un recalcul relit.",
    )

    op.create_table(
        "verdicts_recalcules",
        sa.Column("recalcul_id", sa.Uuid, primary_key=True),
        sa.Column("mesure_id", sa.Uuid, primary_key=True),
        sa.Column("organisme", sa.Text, primary_key=True),
        sa.Column("indicateur", sa.Text, nullable=False),
        sa.Column("sujet", sa.Text, nullable=False, comment="La sorte de sujet."),
        sa.Column("sujet_id", sa.Text, nullable=False),
        sa.Column("numero", sa.Text),
        sa.Column("avant", JSONB(none_as_null=True), comment="Nul : elle n'est pas."),
        sa.Column("apres", JSONB(none_as_null=True), comment="Nul : elle ne serait plus."),
        sa.Column("periode_avant", sa.Text),
        sa.Column("periode_apres", sa.Text),
        sa.Column(
            "corrige",
            ARRAY(sa.Text),
            nullable=False,
            comment="Les mois fermés qu'elle corrigerait.",
        ),
        sa.Column("cause", sa.Text, comment="De ces corrections."),
        comment="Les mesures dont le verdict bougerait (SLA-7).",
    )
    op.create_index(
        "sujets_recalcules_a_faire",
        "sujets_recalcules",
        ["recalcul_id", "sorte", "sujet_id"],
        postgresql_where=sa.text("traite_le IS NULL"),
    )
    migration.du_mcn(op, "recalculs")
    for table in ("sujets_recalcules", "verdicts_recalcules"):
        migration.par_organisme(op, table)


def downgrade() -> None:
    for table in ("verdicts_recalcules", "sujets_recalcules", "recalculs"):
        op.drop_table(table)
