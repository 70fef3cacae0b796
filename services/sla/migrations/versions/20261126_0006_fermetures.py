"""Les taux fermés : ce qui fut publié se garde, ce qui change ensuite se corrige par ajout."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from socle.schema import migration

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
CLE = (
    "indicateur", "exercice", "periode", "organisme", "cible", "verdict", "exclue", "signalee",
)  # fmt: skip
TABLES = (
    "fermetures", "taux_fermes", "comptes_fermes", "mesures_fermees", "corrections", "a_corriger",
    "jalons_vus",
)  # fmt: skip
VERROU_COMPTES = 5104

CHANGEES = """
SELECT id, indicateur, exercice, periode, organisme, cible, verdict, exclue, signalee{conditions},
       sens
FROM ({changees}) AS m WHERE periode IS NOT NULL
"""
CONDITIONS = """,
       CASE WHEN exclue THEN ARRAY(
         SELECT jsonb_path_query(examens, '$[*] ? (@.conclusion == "exclue").condition') #>> '{}'
         ORDER BY 1) ELSE '{}' END AS conditions"""
AJOUTER = """
INSERT INTO comptes AS c ({cle}, nombre)
SELECT {cle}, sum(sens) FROM (
  SELECT {m_cle}, sens
  FROM ({changees}) AS m CROSS JOIN LATERAL (VALUES (m.organisme), ('')) AS o(organisme)
) AS m GROUP BY {cle} HAVING sum(sens) <> 0 ORDER BY {cle}
ON CONFLICT ({cle}) DO UPDATE SET nombre = c.nombre + excluded.nombre;
"""
MARQUER = """
INSERT INTO a_corriger (mesure_id, organisme)
SELECT DISTINCT m.id, m.organisme
FROM ({changees}) AS m JOIN fermetures AS f ON f.periode = m.periode
ON CONFLICT DO NOTHING;
"""
SEUL = """
IF EXISTS (SELECT FROM ({changees}) AS m WHERE periode IS NOT NULL) THEN
  PERFORM pg_advisory_xact_lock({verrou}, 0);{actes}
END IF;
"""
PRISES, QUITTEES = "SELECT *, 1 AS sens FROM prises", "SELECT *, -1 AS sens FROM quittees"
FONCTION = """
CREATE OR REPLACE FUNCTION compter_mesures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN {ajout}
  ELSIF TG_OP = 'DELETE' THEN {retrait}
  ELSE {remplacement}
  END IF;
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    _creer_fermetures()
    _creer_corrections()
    migration.commune(op, "fermetures")
    for table in ("taux_fermes", "comptes_fermes", "mesures_fermees", "corrections", "a_corriger"):
        migration.par_organisme(op, table)
    migration.compteur(op, "jalons_vus")
    op.add_column(
        "comptes",
        sa.Column(
            "conditions",
            ARRAY(sa.Text),
            nullable=False,
            server_default="{}",
            comment="Celles qui excluent.",
        ),
    )
    op.create_index(
        "mesures_ouvertes",
        "mesures",
        ["organisme", "indicateur"],
        postgresql_where=sa.text("verdict = 'en_cours'"),
    )
    op.create_index(
        "comptes_mois",
        "comptes",
        ["organisme", "periode"],
        postgresql_where=sa.text("nombre > 0"),
    )
    _compter(conditions=True)


def _creer_fermetures() -> None:
    op.create_table(
        "fermetures",
        sa.Column("periode", sa.Text, primary_key=True),
        sa.Column("exercice", sa.Text, nullable=False),
        sa.Column("fermee_le", INSTANT, nullable=False),
        sa.Column("fermee_par", sa.Text, nullable=False),
        sa.Column("motif", sa.Text),
        sa.Column("manquants", ARRAY(sa.Text), nullable=False),
        sa.Column("jalons", JSONB, nullable=False),
        sa.Column("empreinte", sa.Text, nullable=False),
        comment="Les périodes fermées; jamais modifiées (SLA-7).",
    )
    op.create_table(
        "taux_fermes",
        sa.Column("periode", sa.Text, primary_key=True),
        sa.Column("indicateur", sa.Text, primary_key=True),
        sa.Column("organisme", sa.Text, primary_key=True, comment="Vide : tous ensemble."),
        sa.Column("exercice", sa.Text, nullable=False),
        sa.Column("libelle", sa.Text, nullable=False),
        sa.Column("unite", sa.Text, nullable=False),
        sa.Column("cible", sa.Numeric(7, 6)),
        sa.Column("empreinte", sa.Text, nullable=False, comment="Celle de ses intrants."),
        comment="Les taux publiés à la fermeture; jamais modifiés (SLA-7).",
    )
    op.create_table(
        "comptes_fermes",
        *(sa.Column(nom, sa.Text, nullable=False) for nom in CLE[:4]),
        sa.Column("unite", sa.Text, nullable=False),
        sa.Column("cible", sa.Numeric(7, 6)),
        sa.Column("verdict", sa.Text, nullable=False, comment="Ou « a_risque », « en_retard »."),
        sa.Column("exclue", sa.Boolean, nullable=False),
        sa.Column("signalee", sa.Boolean, nullable=False),
        sa.Column("conditions", ARRAY(sa.Text), nullable=False),
        sa.Column("nombre", sa.BigInteger, nullable=False),
        sa.UniqueConstraint(
            *CLE, "conditions", name="comptes_fermes_cle", postgresql_nulls_not_distinct=True
        ),
        comment="Ce dont sont faits les taux publiés; jamais modifiés (SLA-7).",
    )
    op.create_index(
        "comptes_fermes_organisme", "comptes_fermes", ["organisme", "exercice", "periode"]
    )


def _creer_corrections() -> None:
    op.create_table(
        "mesures_fermees",
        sa.Column("mesure_id", sa.Uuid, primary_key=True),
        sa.Column("periode", sa.Text, primary_key=True),
        sa.Column("organisme", sa.Text, primary_key=True),
        *_mesuree(),
        sa.Column("jugement", JSONB, nullable=False),
        comment="Les mesures des périodes fermées, telles que publiées (SLA-7).",
    )
    op.create_table(
        "corrections",
        sa.Column("mesure_id", sa.Uuid, primary_key=True),
        sa.Column("periode", sa.Text, primary_key=True),
        sa.Column("organisme", sa.Text, primary_key=True),
        sa.Column("rang", sa.Integer, primary_key=True),
        *_mesuree(),
        sa.Column("exercice", sa.Text, nullable=False),
        sa.Column("avant", JSONB, comment="Nul : elle n'était pas de ce mois."),
        sa.Column("apres", JSONB, comment="Nul : elle n'est plus de ce mois."),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("corrigee_le", INSTANT, nullable=False),
        comment="Ce qui change d'une période fermée, par ajout (SLA-7).",
    )
    op.create_index("corrections_periode", "corrections", ["periode", "indicateur", "organisme"])
    op.create_index("corrections_organisme", "corrections", ["organisme", "exercice", "periode"])
    op.create_table(
        "a_corriger",
        sa.Column("mesure_id", sa.Uuid, primary_key=True),
        sa.Column("organisme", sa.Text, primary_key=True),
        comment="Les mesures d'un mois fermé qu'on vient de récrire.",
    )
    op.create_table(
        "jalons_vus",
        sa.Column("producteur", sa.Text, primary_key=True),
        sa.Column("jusqua", INSTANT, nullable=False),
        comment="Jusqu'où tout était reçu : on n'en sait jamais moins.",
    )


def _mesuree() -> list[sa.Column[str]]:
    return [
        sa.Column("indicateur", sa.Text, nullable=False),
        sa.Column("sujet", sa.Text, nullable=False, comment="La sorte de sujet."),
        sa.Column("sujet_id", sa.Text, nullable=False),
        sa.Column("numero", sa.Text),
    ]


def _compter(*, conditions: bool) -> None:
    """Récrit le déclencheur, et recompte ce qui est là avec ou sans ses conditions."""
    op.execute("LOCK TABLE mesures IN SHARE ROW EXCLUSIVE MODE")
    op.execute("DELETE FROM comptes")
    op.drop_constraint("comptes_cle", "comptes")
    cle = (*CLE, "conditions") if conditions else CLE
    op.create_unique_constraint("comptes_cle", "comptes", cle, postgresql_nulls_not_distinct=True)
    mots = {
        "cle": ", ".join(cle),
        "m_cle": ", ".join("o.organisme" if nom == "organisme" else nom for nom in cle),
    }

    def changees(lignes: str) -> str:
        return CHANGEES.format(changees=lignes, conditions=CONDITIONS if conditions else "")

    def seul(lignes: str) -> str:
        actes = AJOUTER.format(changees=changees(lignes), **mots)
        if conditions:
            actes += MARQUER.format(changees=lignes)
        return SEUL.format(changees=lignes, verrou=VERROU_COMPTES, actes=actes)

    op.execute(
        FONCTION.format(
            ajout=seul(PRISES),
            retrait=seul(QUITTEES),
            remplacement=seul(f"{QUITTEES} UNION ALL {PRISES}"),
        )
    )
    op.execute(AJOUTER.format(changees=changees("SELECT *, 1 AS sens FROM mesures"), **mots))


def downgrade() -> None:
    op.drop_index("mesures_ouvertes", "mesures")
    op.drop_index("comptes_mois", "comptes")
    _compter(conditions=False)
    op.drop_column("comptes", "conditions")
    for table in reversed(TABLES):
        op.drop_table(table)
