"""Les tables du service; une colonne porte le nom du champ du domaine."""

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Enum,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from demandes.domaine.actif import EtatActif, Nature
from demandes.domaine.demande import Etat, Geste, Sorte
from demandes.domaine.itsm import Sort
from demandes.domaine.webhook import EtatEnvoi, EtatWebhook

metadonnees = MetaData()
_INSTANT = DateTime(timezone=True)


def _choix(classe: type[StrEnum]) -> Enum:
    """Un texte en base, un membre de l'énumération en Python."""
    return Enum(
        classe, native_enum=False, length=40, values_callable=lambda e: [m.value for m in e]
    )


organismes = Table(
    "organismes",
    metadonnees,
    Column("organisme", Text, primary_key=True, comment="Le code; il ne change jamais."),
    Column("nom", Text, nullable=False),
    Column("adresse", Text, nullable=False),
    Column("interlocuteur", JSONB(none_as_null=True)),
    Column("repondant", Text),
    Column("assujetti_rcti", Boolean, nullable=False),
    Column("taxable", Boolean, nullable=False),
    Column("actif", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

signataires = Table(
    "signataires",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, ForeignKey("organismes.organisme"), nullable=False),
    Column("nom", Text, nullable=False),
    Column("sujet", Text, nullable=False, comment="Le sujet du jeton de la personne."),
    Column("debut", Date, nullable=False),
    Column("fin", Date, comment="Exclue; absente : sans terme."),
    Index("signataires_organisme", "organisme", "id"),
)

substitutions = Table(
    "substitutions",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, ForeignKey("organismes.organisme"), nullable=False),
    Column("remplace_id", Uuid, ForeignKey("signataires.id"), nullable=False),
    Column("nom", Text, nullable=False),
    Column("sujet", Text, nullable=False),
    Column("debut", Date, nullable=False),
    Column("fin", Date, nullable=False, comment="Exclue."),
    Index("substitutions_organisme", "organisme", "id"),
)

numeros = Sequence("demande_numeros", metadata=metadonnees)

demandes = Table(
    "demandes",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("numero", Text, nullable=False),
    Column("organisme", Text, ForeignKey("organismes.organisme"), nullable=False),
    Column("sorte", _choix(Sorte), nullable=False),
    Column("demandeur", Text, nullable=False),
    Column("articles", JSONB, nullable=False),
    Column("faits", JSONB, nullable=False, comment="Les faits de mesure (DEM-2)."),
    Column("cree_le", _INSTANT, nullable=False),
    Column("etat", _choix(Etat), nullable=False),
    Column("soumise_le", _INSTANT),
    Column("completee_le", _INSTANT),
    Column("version", Integer, nullable=False),
    UniqueConstraint("organisme", "numero", name="demandes_numero"),
    Index("demandes_organisme", "organisme", "id"),
    Index("demandes_etat", "etat", "id"),
)

passages = Table(
    "passages",
    metadonnees,
    Column("demande_id", Uuid, ForeignKey("demandes.id"), nullable=False),
    Column("rang", Integer, nullable=False),
    Column("organisme", Text, nullable=False),
    Column("geste", _choix(Geste), nullable=False),
    Column("avant", _choix(Etat), nullable=False),
    Column("apres", _choix(Etat), nullable=False),
    Column("survenu_le", _INSTANT, nullable=False),
    Column("enregistre_le", _INSTANT, nullable=False),
    Column("acteur", Text, nullable=False),
    Column("motif", Text),
    Column("signataire_id", Uuid),
    Column("au_nom_de_id", Uuid),
    Column("article_id", Uuid),
    PrimaryKeyConstraint("demande_id", "rang"),
    comment="La chronologie : un ajout par acte, jamais modifié (DEM-4).",
)

actifs = Table(
    "actifs",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, ForeignKey("organismes.organisme"), nullable=False),
    Column("produit", Text, nullable=False),
    Column("demande_id", Uuid, ForeignKey("demandes.id"), nullable=False),
    Column("article_id", Uuid, nullable=False),
    Column("livre_le", _INSTANT, nullable=False),
    Column("utilisateur_id", Text),
    Column("site", Text),
    Column("etat", _choix(EtatActif), nullable=False),
    Column("fin_le", Date),
    Column("nature", _choix(Nature)),
    Column("version", Integer, nullable=False),
    Index("actifs_organisme", "organisme", "id"),
    Index("actifs_demande", "demande_id"),
    # Un article n'a jamais deux actifs en service.
    Index(
        "actifs_en_service",
        "organisme",
        "article_id",
        unique=True,
        postgresql_where=text("etat = 'en_service'"),
    ),
)

abonnements_soutien = Table(
    "abonnements_soutien",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, ForeignKey("organismes.organisme"), nullable=False),
    Column("demande_id", Uuid, ForeignKey("demandes.id"), nullable=False),
    Column("debut", Date, nullable=False),
    Column("fin", Date, comment="Exclue; absente : sans terme."),
    Column("version", Integer, nullable=False),
    Index("abonnements_soutien_organisme", "organisme", "id"),
)

interventions = Table(
    "interventions",
    metadonnees,
    Column("organisme", Text, ForeignKey("organismes.organisme"), nullable=False),
    Column("id", Uuid, nullable=False),
    Column("incident_id", Uuid, nullable=False),
    Column("debut", _INSTANT, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("deplacement", Boolean, nullable=False),
    Column("cloture", Boolean, nullable=False),
    Column("survenu_le", _INSTANT, nullable=False),
    PrimaryKeyConstraint("organisme", "id"),
    Index("interventions_incident", "incident_id"),
)

produits = Table(
    "produits",
    metadonnees,
    Column("code", Text, primary_key=True),
    Column("libelle", Text, nullable=False),
    Column("sorte", Text, nullable=False),
    Column("statut", Text, nullable=False),
    Column("noyau", Boolean, nullable=False),
    Column("normalise", Boolean, nullable=False),
    Column("gamme", Text, nullable=False),
    Column("reserve_hauts_dirigeants", Boolean, nullable=False),
    Column("tarifs", ARRAY(Text), nullable=False),
    comment="Copie du ROPN, tenue par les événements du catalogue.",
)

prix = Table(
    "prix",
    metadonnees,
    Column("produit", Text, nullable=False),
    Column("debut", Date, nullable=False),
    Column("fin", Date, comment="Exclue; absente : sans terme."),
    Column("version", Integer, nullable=False),
    Column("prix", Numeric(14, 6), nullable=False),
    PrimaryKeyConstraint("produit", "debut"),
    comment="Copie des prix datés du ROPN.",
)

actes_itsm = Table(
    "actes_itsm",
    metadonnees,
    Column("id", Text, primary_key=True, comment="Le webhook-id."),
    Column("organisme", Text, nullable=False),
    Column("demande_id", Uuid, ForeignKey("demandes.id"), nullable=False),
    Column("geste", _choix(Geste), nullable=False),
    Column("survenu_le", _INSTANT, nullable=False),
    Column("motif", Text),
    Column("article_id", Uuid),
    Column("travaux", JSONB, nullable=False),
    Column("recu_le", _INSTANT, nullable=False),
    Column("sort", _choix(Sort), nullable=False),
    Column("raison", Text),
    Column("signale_le", _INSTANT),
    Index(
        "actes_itsm_gares",
        "demande_id",
        postgresql_where=text("sort = 'gare'"),
    ),
    comment="Les actes reçus de l'ITSM : appliqués, garés, refusés (DEM-10).",
)

webhooks = Table(
    "webhooks",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, comment="Absent : abonné du MCN, pour tous les organismes."),
    Column("url", Text, nullable=False),
    Column("types", ARRAY(Text), nullable=False, comment="Vide : tous."),
    Column("secrets", ARRAY(Text), nullable=False, comment="La clé neuve d'abord."),
    Column("cree_le", _INSTANT, nullable=False),
    Column("etat", _choix(EtatWebhook), nullable=False),
    Column("echecs", Integer, nullable=False),
    Column("pause_jusqua", _INSTANT, comment="Heure système."),
    Column("version", Integer, nullable=False),
    Index("webhooks_organisme", "organisme", "id"),
)

webhook_envois = Table(
    "webhook_envois",
    metadonnees,
    Column("webhook_id", Uuid, ForeignKey("webhooks.id"), nullable=False),
    Column("evenement_id", Uuid, nullable=False),
    Column("rang", BigInteger, Identity(always=True), nullable=False),
    Column("organisme", Text, comment="Celui de l'abonné."),
    Column("type", Text, nullable=False),
    Column("cle", Text, nullable=False),
    Column("corps", LargeBinary, nullable=False),
    Column("etat", _choix(EtatEnvoi), nullable=False),
    Column("essais", Integer, nullable=False),
    Column("prochain_essai", _INSTANT, nullable=False, comment="Heure système."),
    Column("statut", Integer, comment="La dernière réponse HTTP."),
    Column("erreur", Text),
    Column("livre_le", _INSTANT, comment="Heure système."),
    PrimaryKeyConstraint("webhook_id", "evenement_id"),
    Index("webhook_envois_rang", "webhook_id", "rang"),
    Index(
        "webhook_envois_dus",
        "webhook_id",
        "cle",
        "rang",
        postgresql_where=text("etat = 'a_envoyer'"),
    ),
)
