"""Le socle et les demandes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from socle.schema import migration

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_CHOIX = sa.String(40)


def upgrade() -> None:
    migration.creer_socle(op)
    _fichier_client()
    _demandes()
    _parc()
    _catalogue()
    _itsm()


def _fichier_client() -> None:
    op.create_table(
        "organismes",
        sa.Column("organisme", sa.Text, primary_key=True, comment="Le code; il ne change jamais."),
        sa.Column("nom", sa.Text, nullable=False),
        sa.Column("adresse", sa.Text, nullable=False),
        sa.Column("interlocuteur", JSONB(none_as_null=True)),
        sa.Column("repondant", sa.Text),
        sa.Column("assujetti_rcti", sa.Boolean, nullable=False),
        sa.Column("taxable", sa.Boolean, nullable=False),
        sa.Column("approbation_par_autrui", sa.Boolean, nullable=False),
        sa.Column("actif", sa.Boolean, nullable=False),
        sa.Column(
            "inactivites", JSONB, nullable=False, comment="Les temps où il n'est plus client."
        ),
        sa.Column("version", sa.Integer, nullable=False),
    )
    migration.par_organisme(op, "organismes")
    op.create_table(
        "signataires",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("organisme", sa.Text, sa.ForeignKey("organismes.organisme"), nullable=False),
        sa.Column("nom", sa.Text, nullable=False),
        sa.Column("sujet", sa.Text, nullable=False, comment="Le sujet du jeton de la personne."),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("fin", sa.Date, comment="Exclue; absente : sans terme."),
    )
    op.create_index("signataires_organisme", "signataires", ["organisme", "id"])
    migration.par_organisme(op, "signataires")
    op.create_table(
        "substitutions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("organisme", sa.Text, sa.ForeignKey("organismes.organisme"), nullable=False),
        sa.Column("remplace_id", sa.Uuid, sa.ForeignKey("signataires.id"), nullable=False),
        sa.Column("nom", sa.Text, nullable=False),
        sa.Column("sujet", sa.Text, nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("fin", sa.Date, nullable=False, comment="Exclue."),
    )
    op.create_index("substitutions_organisme", "substitutions", ["organisme", "id"])
    migration.par_organisme(op, "substitutions")


def _demandes() -> None:
    op.execute("CREATE SEQUENCE demande_numeros")
    base = op.get_bind().execute(sa.text("SELECT current_database()")).scalar_one()
    op.execute(f"GRANT USAGE ON SEQUENCE demande_numeros TO {base}_api, {base}_interne")
    op.create_table(
        "demandes",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("numero", sa.Text, nullable=False),
        sa.Column("organisme", sa.Text, sa.ForeignKey("organismes.organisme"), nullable=False),
        sa.Column("sorte", _CHOIX, nullable=False),
        sa.Column("demandeur", sa.Text, nullable=False),
        sa.Column("articles", JSONB, nullable=False),
        sa.Column("faits", JSONB, nullable=False, comment="Les faits de mesure (DEM-2)."),
        sa.Column("cree_le", _INSTANT, nullable=False),
        sa.Column("etat", _CHOIX, nullable=False),
        sa.Column("soumise_le", _INSTANT),
        sa.Column("completee_le", _INSTANT),
        sa.Column(
            "completions", JSONB, nullable=False, comment="Celles que l'on a publiées (DEM-13)."
        ),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("organisme", "numero", name="demandes_numero"),
        comment="Les demandes, telles que les plie leur histoire (DEM-12).",
    )
    op.create_index("demandes_organisme", "demandes", ["organisme", "id"])
    op.create_index("demandes_etat", "demandes", ["etat", "id"])
    migration.par_organisme(op, "demandes")
    op.create_table(
        "gestes_poses",
        sa.Column("demande_id", sa.Uuid, sa.ForeignKey("demandes.id"), nullable=False),
        sa.Column("acte_id", sa.Uuid, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("geste", _CHOIX, nullable=False),
        sa.Column("annonce_le", _INSTANT, nullable=False),
        sa.Column("survenu_le", _INSTANT, nullable=False),
        sa.Column("enregistre_le", _INSTANT, nullable=False),
        sa.Column("acteur", sa.Text, nullable=False),
        sa.Column("motif", sa.Text),
        sa.Column("signataire_id", sa.Uuid),
        sa.Column("au_nom_de_id", sa.Uuid),
        sa.Column("article_id", sa.Uuid),
        sa.Column("articles", ARRAY(sa.Uuid), nullable=False),
        sa.Column("travail", JSONB(none_as_null=True)),
        sa.Column("faits", JSONB(none_as_null=True)),
        sa.Column("differe_depuis", _INSTANT),
        sa.PrimaryKeyConstraint("demande_id", "acte_id"),
        comment="L'histoire : un ajout par geste, jamais modifié (DEM-4, DEM-12).",
    )
    migration.par_organisme(op, "gestes_poses")
    op.create_table(
        "rectifications",
        sa.Column(
            "agregat_id", sa.Uuid, nullable=False, comment="Une demande, un actif, un incident."
        ),
        sa.Column("acte_id", sa.Uuid, nullable=False),
        sa.Column("rang", sa.Integer, nullable=False),
        sa.Column("organisme", sa.Text, sa.ForeignKey("organismes.organisme"), nullable=False),
        sa.Column("survenu_le", _INSTANT, comment="L'heure juste; absente : l'acte est nul."),
        sa.Column("motif", sa.Text, nullable=False),
        sa.Column("acteur", sa.Text, nullable=False),
        sa.Column("enregistre_le", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("agregat_id", "acte_id", "rang", "organisme"),
        comment="L'heure juste d'un acte, ou sa nullité : un ajout, jamais modifié (DEM-13).",
    )
    migration.par_organisme(op, "rectifications")


def _parc() -> None:
    op.create_table(
        "actifs",
        sa.Column("id", sa.Uuid, primary_key=True, comment="Fonction du seul article."),
        sa.Column("organisme", sa.Text, sa.ForeignKey("organismes.organisme"), nullable=False),
        sa.Column("produit", sa.Text, nullable=False),
        sa.Column("demande_id", sa.Uuid, sa.ForeignKey("demandes.id"), nullable=False),
        sa.Column("article_id", sa.Uuid, nullable=False),
        sa.Column("livre_le", _INSTANT),
        sa.Column("utilisateur_id", sa.Text),
        sa.Column("site", sa.Text),
        sa.Column("etat", _CHOIX, nullable=False),
        sa.Column("fin_le", sa.Date),
        sa.Column("nature", _CHOIX),
        sa.Column(
            "dit_le", sa.Date, comment="La date d'une perte, dite et non confirmée (DEM-14)."
        ),
        sa.Column("version", sa.Integer, nullable=False),
        comment="Le parc, tel que le plie l'histoire de chaque actif (DEM-12).",
    )
    op.create_index("actifs_organisme", "actifs", ["organisme", "id"])
    op.create_index("actifs_demande", "actifs", ["demande_id"])
    migration.par_organisme(op, "actifs")
    op.create_table(
        "mouvements",
        sa.Column("actif_id", sa.Uuid, sa.ForeignKey("actifs.id"), nullable=False),
        sa.Column("acte_id", sa.Uuid, nullable=False),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("mouvement", _CHOIX, nullable=False),
        sa.Column("survenu_le", _INSTANT, nullable=False),
        sa.Column("enregistre_le", _INSTANT, nullable=False),
        sa.Column("acteur", sa.Text, nullable=False),
        sa.Column("nature", _CHOIX),
        sa.Column("dit_le", sa.Date),
        sa.Column("utilisateur_id", sa.Text),
        sa.Column("site", sa.Text),
        sa.PrimaryKeyConstraint("actif_id", "acte_id"),
        comment="L'histoire d'un actif : un ajout par mouvement, jamais modifié (DEM-12).",
    )
    migration.par_organisme(op, "mouvements")
    op.create_table(
        "abonnements_soutien",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("organisme", sa.Text, sa.ForeignKey("organismes.organisme"), nullable=False),
        sa.Column("demande_id", sa.Uuid, sa.ForeignKey("demandes.id"), nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("souscrit_le", _INSTANT, comment="Absent : il n'a pas eu lieu (DEM-13)."),
        sa.Column("fin", sa.Date, comment="Exclue; absente : sans terme."),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("abonnements_soutien_organisme", "abonnements_soutien", ["organisme", "id"])
    migration.par_organisme(op, "abonnements_soutien")
    op.create_table(
        "interventions",
        sa.Column("organisme", sa.Text, sa.ForeignKey("organismes.organisme"), nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("incident_id", sa.Uuid, nullable=False),
        sa.Column("debut", _INSTANT, nullable=False, comment="Retenu à l'inscription."),
        sa.Column("annonce_le", _INSTANT, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("deplacement", sa.Boolean, nullable=False),
        sa.Column("cloture", sa.Boolean, nullable=False),
        sa.Column("enregistre_le", _INSTANT, nullable=False),
        sa.Column(
            "survenu_le", _INSTANT, comment="L'heure juste; absente : l'intervention est nulle."
        ),
        sa.Column(
            "signale_le", _INSTANT, comment="Quand l'incident resté ouvert fut signalé (FAC-4)."
        ),
        sa.PrimaryKeyConstraint("organisme", "id"),
    )
    op.create_index("interventions_incident", "interventions", ["incident_id"])
    migration.par_organisme(op, "interventions")


def _catalogue() -> None:
    op.create_table(
        "produits",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("libelle", sa.Text, nullable=False),
        sa.Column("sorte", sa.Text, nullable=False),
        sa.Column("statut", sa.Text, nullable=False),
        sa.Column("noyau", sa.Boolean, nullable=False),
        sa.Column("normalise", sa.Boolean, nullable=False),
        sa.Column("gamme", sa.Text, nullable=False),
        sa.Column("reserve_hauts_dirigeants", sa.Boolean, nullable=False),
        sa.Column("tarifs", ARRAY(sa.Text), nullable=False),
        comment="Copie du ROPN, tenue par les événements du catalogue.",
    )
    migration.commune(op, "produits")
    op.create_table(
        "prix",
        sa.Column("produit", sa.Text, nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column("fin", sa.Date, comment="Exclue; absente : sans terme."),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("prix", sa.Numeric(14, 6), nullable=False),
        sa.PrimaryKeyConstraint("produit", "debut"),
        comment="Copie des prix datés du ROPN.",
    )
    migration.commune(op, "prix")
    op.create_table(
        "fiches",
        sa.Column("fiche", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.Column(
            "tarifs",
            JSONB,
            nullable=False,
            comment="Ce que des heures disent pour en devoir un.",
        ),
        sa.PrimaryKeyConstraint("fiche", "version"),
        comment="Les tarifs du temps travaillé, par version de fiche.",
    )
    migration.commune(op, "fiches")
    op.create_table(
        "fiches_retirees",
        sa.Column("fiche", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("debut", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("fiche", "version"),
        comment="Les versions de fiche qui ne vaudront pas.",
    )
    migration.commune(op, "fiches_retirees")


def _itsm() -> None:
    op.create_table(
        "actes_itsm",
        sa.Column("id", sa.Text, primary_key=True, comment="Le webhook-id."),
        sa.Column("organisme", sa.Text, nullable=False),
        sa.Column("demande_id", sa.Uuid, sa.ForeignKey("demandes.id"), nullable=False),
        sa.Column(
            "geste", sa.Text, nullable=False, comment="Un geste, ou un mouvement de l'actif."
        ),
        sa.Column("actif_id", sa.Uuid),
        sa.Column("survenu_le", _INSTANT, nullable=False),
        sa.Column("motif", sa.Text),
        sa.Column("article_id", sa.Uuid),
        sa.Column("travaux", JSONB, nullable=False),
        sa.Column("recu_le", _INSTANT, nullable=False),
        sa.Column("sort", _CHOIX, nullable=False),
        sa.Column("raison", sa.Text),
        sa.Column("signale_le", _INSTANT),
        comment="Les actes reçus de l'ITSM : appliqués, différés, refusés, écartés (DEM-10).",
    )
    op.create_index(
        "actes_itsm_en_souffrance",
        "actes_itsm",
        ["demande_id"],
        postgresql_where=sa.text("sort IN ('differe', 'refuse')"),
    )
    migration.par_organisme(op, "actes_itsm")
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(
            "organisme", sa.Text, comment="Absent : abonné du MCN, pour tous les organismes."
        ),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("types", ARRAY(sa.Text), nullable=False, comment="Vide : tous."),
        sa.Column("secrets", ARRAY(sa.Text), nullable=False, comment="La clé neuve d'abord."),
        sa.Column("cree_le", _INSTANT, nullable=False),
        sa.Column("etat", _CHOIX, nullable=False),
        sa.Column("echecs", sa.Integer, nullable=False),
        sa.Column("pause_jusqua", _INSTANT, comment="Heure système."),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("webhooks_organisme", "webhooks", ["organisme", "id"])
    migration.par_organisme(op, "webhooks")
    op.create_table(
        "webhook_envois",
        sa.Column("webhook_id", sa.Uuid, sa.ForeignKey("webhooks.id"), nullable=False),
        sa.Column("evenement_id", sa.Uuid, nullable=False),
        sa.Column("rang", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("organisme", sa.Text, comment="Celui de l'abonné."),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("cle", sa.Text, nullable=False),
        sa.Column("corps", sa.LargeBinary, nullable=False),
        sa.Column("etat", _CHOIX, nullable=False),
        sa.Column("essais", sa.Integer, nullable=False),
        sa.Column("prochain_essai", _INSTANT, nullable=False, comment="Heure système."),
        sa.Column("statut", sa.Integer, comment="La dernière réponse HTTP."),
        sa.Column("erreur", sa.Text),
        sa.Column("livre_le", _INSTANT, comment="Heure système."),
        sa.PrimaryKeyConstraint("webhook_id", "evenement_id"),
    )
    op.create_index("webhook_envois_rang", "webhook_envois", ["webhook_id", "rang"])
    op.create_index(
        "webhook_envois_dus",
        "webhook_envois",
        ["webhook_id", "cle", "rang"],
        postgresql_where=sa.text("etat = 'a_envoyer'"),
    )
    migration.par_organisme(op, "webhook_envois")
