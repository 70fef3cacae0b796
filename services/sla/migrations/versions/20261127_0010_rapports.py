"""Les rapports gardés, et l'établissement de tous ceux d'un mois (SLA-9)."""

import sqlalchemy as sa
from alembic import op

from socle.schema import migration

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rapports",
        sa.Column("periode", sa.Text, primary_key=True),
        sa.Column("organisme", sa.Text, primary_key=True, comment="Vide : tous ensemble."),
        sa.Column("empreinte", sa.Text, primary_key=True),
        sa.Column("etabli_le", INSTANT, nullable=False),
        sa.Column("provisoire", sa.Boolean, nullable=False),
        sa.Column("conserve_jusquau", sa.Date, nullable=False),
        sa.Column("document", sa.Text, nullable=False, comment="Son JSON, tel qu'établi."),
        comment="Les rapports gardés, sous l'empreinte de ce qu'ils disent (SLA-9).",
    )
    op.create_index("rapports_organisme", "rapports", ["organisme", "periode", "empreinte"])
    op.create_index("rapports_conserve_jusquau", "rapports", ["conserve_jusquau"])
    migration.par_organisme(op, "rapports")
    _creer_executions()
    op.create_index(
        "mesures_fermees_periode", "mesures_fermees", ["periode", "organisme", "mesure_id"]
    )


def _creer_executions() -> None:
    op.create_table(
        "executions_rapports",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("periode", sa.Text, nullable=False),
        sa.Column("demandee_le", INSTANT, nullable=False),
        sa.Column("demandee_par", sa.Text, nullable=False),
        sa.Column("arretee_le", INSTANT),
        comment="L'établissement de tous les rapports d'un mois.",
    )
    op.create_index("executions_rapports_periode", "executions_rapports", ["periode", "id"])
    migration.du_mcn(op, "executions_rapports")
    op.create_table(
        "traitements_rapports",
        sa.Column("execution_id", sa.Uuid, primary_key=True),
        sa.Column("organisme", sa.Text, primary_key=True, comment="Vide : tous ensemble."),
        sa.Column("empreinte", sa.Text, comment="Du rapport établi."),
        sa.Column("raison", sa.Text, comment="Pourquoi il n'a pu l'être."),
        sa.Column("essais", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("traite_le", INSTANT, comment="Nul : il reste à établir."),
        comment="Un rapport d'une exécution : à établir, établi, ou mis de côté.",
    )
    op.create_index(
        "traitements_rapports_a_faire",
        "traitements_rapports",
        ["execution_id", "organisme"],
        postgresql_where=sa.text("traite_le IS NULL"),
    )
    migration.par_organisme(op, "traitements_rapports")


def downgrade() -> None:
    op.drop_index("mesures_fermees_periode", "mesures_fermees")
    for table in ("traitements_rapports", "executions_rapports", "rapports"):
        op.drop_table(table)
