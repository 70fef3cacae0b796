"""Les mesures jugées se comptent à mesure, par mois; les listes ont leurs index."""

import sqlalchemy as sa
from alembic import op

from socle.schema import migration

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CLE = (
    "indicateur", "exercice", "periode", "organisme", "cible", "verdict", "exclue", "signalee",
)  # fmt: skip
VERROU_COMPTES = 5104
"""Le dernier des verrous du service : qui compte attend qui a compté avant lui."""

AJOUTER = """
INSERT INTO comptes AS c ({cle}, nombre)
SELECT {cle}, sum(sens) FROM (
  SELECT indicateur, exercice, periode, o.organisme, cible, verdict, exclue, signalee, sens
  FROM ({changees}) AS m CROSS JOIN LATERAL (VALUES (m.organisme), ('')) AS o(organisme)
  WHERE periode IS NOT NULL
) AS m GROUP BY {cle} HAVING sum(sens) <> 0 ORDER BY {cle}
ON CONFLICT ({cle}) DO UPDATE SET nombre = c.nombre + excluded.nombre;
"""
PRISES, QUITTEES = "SELECT *, 1 AS sens FROM prises", "SELECT *, -1 AS sens FROM quittees"
AJOUTER_SEUL = """
IF EXISTS (SELECT FROM ({changees}) AS m WHERE periode IS NOT NULL) THEN
  PERFORM pg_advisory_xact_lock({verrou}, 0);{ajout}
END IF;
"""
FONCTION = """
CREATE FUNCTION compter_mesures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN {ajout}
  ELSIF TG_OP = 'DELETE' THEN {retrait}
  ELSE {remplacement}
  END IF;
  RETURN NULL;
END $$
"""
DECLENCHEURS = {
    "INSERT": "NEW TABLE AS prises",
    "DELETE": "OLD TABLE AS quittees",
    "UPDATE": "OLD TABLE AS quittees NEW TABLE AS prises",
}

INDEX = {
    "mesures_organisme": ["organisme", "id"],
    "mesures_numero": ["numero", "organisme"],
    "mesures_indicateur": ["indicateur", "id"],
    "mesures_verdict": ["verdict", "id"],
}
INDEX_PARTIELS = {
    "mesures_exclues": (["id"], "exclue"),
    "mesures_exclues_organisme": (["organisme", "id"], "exclue"),
    "mesures_signalees": (["organisme", "id"], "signalee"),
}


def upgrade() -> None:
    op.create_table(
        "comptes",
        sa.Column("indicateur", sa.Text, nullable=False),
        sa.Column("exercice", sa.Text, nullable=False),
        sa.Column("periode", sa.Text, nullable=False, comment="Mois de la fin, « aaaa-mm »."),
        sa.Column("organisme", sa.Text, nullable=False, comment="Vide : tous ensemble."),
        sa.Column("cible", sa.Numeric(7, 6)),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("exclue", sa.Boolean, nullable=False),
        sa.Column("signalee", sa.Boolean, nullable=False),
        sa.Column("nombre", sa.Integer, nullable=False),
        sa.UniqueConstraint(*CLE, name="comptes_cle", postgresql_nulls_not_distinct=True),
        comment="Les mesures finies, comptées; un déclencheur de `mesures` les tient (SLA-4).",
    )
    op.create_index(
        "comptes_organisme", "comptes", ["organisme", "indicateur", "exercice", "periode"]
    )
    op.create_index("comptes_periode", "comptes", ["exercice", "periode"])
    migration.par_organisme(op, "comptes")
    _compter()
    for nom, colonnes in INDEX.items():
        op.create_index(nom, "mesures", colonnes)
    for nom, (colonnes, si) in INDEX_PARTIELS.items():
        op.create_index(nom, "mesures", colonnes, postgresql_where=sa.text(si))


def _compter() -> None:
    """Le déclencheur compte ce qu'écrit la version précédente du code aussi."""
    cle = ", ".join(CLE)

    def ajouter(changees: str) -> str:
        return AJOUTER.format(cle=cle, changees=changees)

    def ajouter_seul(changees: str) -> str:
        return AJOUTER_SEUL.format(
            changees=changees, verrou=VERROU_COMPTES, ajout=ajouter(changees)
        )

    op.execute(
        FONCTION.format(
            ajout=ajouter_seul(PRISES),
            retrait=ajouter_seul(QUITTEES),
            remplacement=ajouter_seul(f"{QUITTEES} UNION ALL {PRISES}"),
        )
    )
    for acte, tables in DECLENCHEURS.items():
        op.execute(
            f"CREATE TRIGGER mesures_comptees_{acte.lower()} AFTER {acte} ON mesures"
            f" REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION compter_mesures()"
        )
    # Le déclencheur tient la table jusqu'au COMMIT : rien ne s'écrit entre-temps.
    op.execute(ajouter("SELECT *, 1 AS sens FROM mesures"))


def downgrade() -> None:
    for nom in (*INDEX_PARTIELS, *INDEX):
        op.drop_index(nom, "mesures")
    for acte in DECLENCHEURS:
        op.execute(f"DROP TRIGGER mesures_comptees_{acte.lower()} ON mesures")
    op.execute("DROP FUNCTION compter_mesures()")
    op.drop_table("comptes")
