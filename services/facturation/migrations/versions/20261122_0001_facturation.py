"""Le socle, les copies, les factures et leurs exécutions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from socle.schema import migration

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_ARGENT = sa.Numeric(14, 2)
_TAUX = sa.Numeric(9, 6)


def upgrade() -> None:
    migration.creer_socle(op)
    _clients()
    _tarification()
    _creances()
    _factures()
    _executions()


def _clients() -> None:
    op.create_table(
        "clients",
        sa.Column("organisme", sa.Text, primary_key=True),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("nom", sa.Text, nullable=False),
        sa.Column("adresse", sa.Text, nullable=False),
        sa.Column("destinataire", sa.Text),
        sa.Column("courriel", sa.Text),
        sa.Column("profils", JSONB, nullable=False),
    )
    migration.par_organisme(op, "clients")


def _tarification() -> None:
    op.create_table(
        "fiches",
        sa.Column("fiche", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("tarifs", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("fiche", "version"),
    )
    migration.commune(op, "fiches")
    op.create_table(
        "retraits",
        sa.Column("fiche", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("fiche", "version", "debut"),
    )
    migration.commune(op, "retraits")
    op.create_table(
        "statu_quos",
        sa.Column("statu_quo_id", sa.Uuid, primary_key=True),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("fiche", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
    )
    migration.par_organisme(op, "statu_quos")
    op.create_table(
        "fins_statu_quo",
        sa.Column("statu_quo_id", sa.Uuid, primary_key=True),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("fin", sa.Date, nullable=False),
    )
    migration.par_organisme(op, "fins_statu_quo")
    op.create_table(
        "prix",
        sa.Column("produit", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("prix", sa.Numeric(14, 6), nullable=False),
        sa.PrimaryKeyConstraint("produit", "version"),
    )
    migration.commune(op, "prix")
    op.create_table(
        "produits",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("depuis", _INSTANT, nullable=False),
        sa.Column("libelle", sa.Text, nullable=False),
        sa.Column("tarifs", ARRAY(sa.Text), nullable=False),
        sa.PrimaryKeyConstraint("code", "sequence"),
    )
    migration.commune(op, "produits")


def _creances() -> None:
    op.create_table(
        "faits",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("acte_id", sa.Uuid, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("produit", sa.Text),
        sa.Column("donnees", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "acte_id"),
    )
    op.create_index("faits_source", "faits", ["organisme", "source"])
    op.create_index("faits_produit", "faits", ["produit"])
    migration.par_organisme(op, "faits")
    op.create_table(
        "rectifications",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("acte_id", sa.Uuid, nullable=False),
        sa.Column("rang", sa.BigInteger, nullable=False),
        sa.Column("survenu_le", _INSTANT),
        sa.Column("evenement", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "acte_id", "rang"),
    )
    migration.par_organisme(op, "rectifications")
    op.create_table(
        "abonnements",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("tarif", sa.Text, nullable=False),
        sa.Column("produit", sa.Text),
        sa.Column("quantite", sa.Integer, nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("fin", sa.Date),
        sa.Column("evenement", sa.Uuid, nullable=False),
        sa.Column("evenement_de_fin", sa.Uuid),
        sa.PrimaryKeyConstraint("organisme", "source", "tarif", "debut"),
    )
    migration.par_organisme(op, "abonnements")
    op.create_table(
        "lignes_en_attente",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("tarif", sa.Text, nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("cle", sa.Text, nullable=False),
        sa.Column("depuis", sa.Date, nullable=False),
        sa.Column("motif", sa.Text, nullable=False),
        sa.Column("evenements", ARRAY(sa.Uuid), nullable=False),
        sa.Column("signalee_le", _INSTANT, nullable=False),
        sa.Column("levee_le", _INSTANT),
        sa.PrimaryKeyConstraint("organisme", "source", "tarif", "nature", "cle"),
    )
    migration.par_organisme(op, "lignes_en_attente")
    op.create_table(
        "touchees",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=sa.func.gen_random_uuid()),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
    )
    op.create_index("touchees_source", "touchees", ["organisme", "source"])
    migration.par_organisme(op, "touchees")
    op.create_table(
        "arretes",
        sa.Column("organisme", sa.Text, primary_key=True),
        sa.Column("avant", sa.Date),
    )
    migration.par_organisme(op, "arretes")
    op.create_table(
        "revues",
        sa.Column("organisme", sa.Text, primary_key=True),
        sa.Column("demandee_le", _INSTANT, nullable=False),
    )
    migration.interne(op, "revues")


def _factures() -> None:
    op.create_table(
        "factures",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("periode", sa.Text, nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("numero", sa.Text, nullable=False),
        sa.Column("emise_le", sa.Date, nullable=False),
        sa.Column("nombre_lignes", sa.Integer, nullable=False),
        sa.Column("total_avant_taxes", _ARGENT, nullable=False),
        sa.Column("tps", _ARGENT, nullable=False),
        sa.Column("tvq", _ARGENT, nullable=False),
        sa.Column("total", _ARGENT, nullable=False),
        sa.Column("entete", JSONB, nullable=False),
        sa.Column("empreinte", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "periode"),
        sa.UniqueConstraint("numero", name="factures_numero"),
    )
    migration.par_organisme(op, "factures")
    op.create_table(
        "lignes",
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("periode", sa.Text, nullable=False),
        sa.Column("rang", sa.Integer, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("tarif", sa.Text, nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("cle", sa.Text, nullable=False),
        sa.Column("montant", _ARGENT, nullable=False),
        sa.Column("tps", _TAUX, nullable=False),
        sa.Column("tvq", _TAUX, nullable=False),
        sa.Column("ajustement", _ARGENT, nullable=False),
        sa.Column("actes", ARRAY(sa.Uuid), nullable=False),
        sa.Column("donnees", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("organisme", "periode", "rang"),
        sa.UniqueConstraint(
            "organisme",
            "periode",
            "source",
            "tarif",
            "nature",
            "debut",
            "cle",
            name="lignes_identite",
        ),
        sa.ForeignKeyConstraint(
            ["organisme", "periode"],
            ["factures.organisme", "factures.periode"],
            name="lignes_facture",
        ),
    )
    op.create_index("lignes_source", "lignes", ["organisme", "source"])
    migration.par_organisme(op, "lignes")
    op.create_table(
        "ajustements",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("numero", sa.Text, nullable=False),
        sa.Column("rang", sa.Integer, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("tarif", sa.Text, nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("cle", sa.Text, nullable=False),
        sa.Column("actes", ARRAY(sa.Uuid), nullable=False),
        sa.Column("montant", _ARGENT, nullable=False),
        sa.Column("motif", sa.Text, nullable=False),
        sa.Column("decide_le", _INSTANT, nullable=False),
        sa.Column("decide_par", sa.Text, nullable=False),
    )
    op.create_index("ajustements_source", "ajustements", ["organisme", "source"])
    op.create_index("ajustements_numero", "ajustements", ["numero"])
    migration.par_organisme(op, "ajustements")
    op.create_table(
        "compteurs",
        sa.Column("nature", sa.Text, primary_key=True),
        sa.Column("exercice", sa.Text, primary_key=True),
        sa.Column("dernier", sa.Integer, nullable=False),
    )
    migration.interne(op, "compteurs")
    _figer("factures", "lignes", "ajustements")


def _figer(*tables: str) -> None:
    """Une facture émise, ou une décision, ne change plus, quel que soit le rôle (FAC-7, FAC-13)."""
    op.execute(
        "CREATE FUNCTION facture_figee() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'Ce qui est émis ou décidé ne change plus (FAC-7, FAC-13).'; END $$"
    )
    for table in tables:
        op.execute(
            f"CREATE TRIGGER {table}_figees BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION facture_figee()"
        )


def _executions() -> None:
    op.create_table(
        "executions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("periode", sa.Text, nullable=False),
        sa.Column("organisme", sa.Text),
        sa.Column("demandee_le", _INSTANT, nullable=False),
        sa.Column("demandee_par", sa.Text, nullable=False),
    )
    migration.par_organisme(op, "executions")
    op.create_table(
        "traitements",
        sa.Column("execution_id", sa.Uuid, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("etat", sa.Text, nullable=False),
        sa.Column("numero", sa.Text),
        sa.Column("total", _ARGENT),
        sa.Column("raison", sa.Text),
        sa.PrimaryKeyConstraint("execution_id", "organisme"),
        sa.ForeignKeyConstraint(["execution_id"], ["executions.id"], name="traitements_execution"),
    )
    op.create_index(
        "traitements_a_faire",
        "traitements",
        ["execution_id", "organisme"],
        postgresql_where=sa.text("etat = 'a_faire'"),
    )
    migration.par_organisme(op, "traitements")
