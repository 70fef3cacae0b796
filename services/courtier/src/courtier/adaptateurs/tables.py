"""Les tables du Courtier."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

metadonnees = MetaData()

_INSTANT = DateTime(timezone=True)

fournisseurs = Table(
    "fournisseurs",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("nom", Text, nullable=False),
    Column("neq", Text),
    Column("pays", Text, nullable=False),
    Column("partenaire", Text),
    Column("personnes_ressources", JSONB, nullable=False),
    Column("lieux_hebergement", JSONB, nullable=False),
    Column("developpement_durable", JSONB, nullable=False),
    Column("accessibilite", Text, nullable=False),
    Column("conditions", Text, nullable=False),
    Column("annexe_modificative", Text, nullable=False),
    UniqueConstraint("neq", name="fournisseurs_neq"),
)

ententes = Table(
    "ententes",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("numero", Text, nullable=False),
    Column("fournisseur_id", Uuid, ForeignKey("fournisseurs.id"), nullable=False),
    Column("debut", Date, nullable=False),
    Column("fin", Date, nullable=False),
    UniqueConstraint("numero", name="ententes_numero"),
    CheckConstraint("debut < fin", name="ententes_periode"),
    Index("ententes_fournisseur", "fournisseur_id"),
)

offres = Table(
    "offres",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("fournisseur_id", Uuid, ForeignKey("fournisseurs.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Index("offres_fournisseur", "fournisseur_id"),
)

offres_versions = Table(
    "offres_versions",
    metadonnees,
    Column("offre_id", Uuid, ForeignKey("offres.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("publiee", Boolean, nullable=False),
    Column("depuis", _INSTANT, nullable=False),
    Column("titre", Text, nullable=False),
    Column("categorie", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("entente_id", Uuid, ForeignKey("ententes.id"), nullable=False),
    Column("qualification", Text, nullable=False),
    Column("lieux_hebergement", JSONB, nullable=False),
    PrimaryKeyConstraint("offre_id", "version"),
)

offres_prix = Table(
    "offres_prix",
    metadonnees,
    Column("offre_id", Uuid, ForeignKey("offres.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("en_vigueur_le", Date, nullable=False),
    Column("prix", Numeric(14, 6), nullable=False),
    Column("publie_le", _INSTANT, nullable=False),
    PrimaryKeyConstraint("offre_id", "version"),
    CheckConstraint("prix >= 0", name="offres_prix_positif"),
)

organismes = Table(
    "organismes",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("nom", Text, nullable=False),
    Column("assujetti_rcti", Boolean, nullable=False),
    Column("sequence", Integer, nullable=False),
)

contrats = Table(
    "contrats",
    metadonnees,
    Column("organisme", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("etat", Text, nullable=False),
    Column("fournisseur_id", Uuid, ForeignKey("fournisseurs.id"), nullable=False),
    Column("entente_id", Uuid, ForeignKey("ententes.id"), nullable=False),
    Column("debut", Date, nullable=False),
    Column("duree_mois", Integer, nullable=False),
    Column("montant", Numeric(14, 2), nullable=False),
    Column("elements", JSONB, nullable=False),
    Column("empreinte_contrat", Text, nullable=False),
    Column("empreinte_annexe", Text, nullable=False),
    Column("empreinte_engagement", Text, nullable=False),
    Column("prepare_par", Text, nullable=False),
    Column("prepare_le", _INSTANT, nullable=False),
    Column("valide_par", Text),
    Column("valide_le", _INSTANT),
    Column("client_par", Text),
    Column("client_le", _INSTANT),
    Column("fournisseur_par", Text),
    Column("fournisseur_le", _INSTANT),
    Column("consigne_par", Text),
    Column("consigne_le", _INSTANT),
    Column("copie_due_le", Date),
    Column("copie_par", Text),
    Column("copie_le", _INSTANT),
    PrimaryKeyConstraint("organisme", "id"),
    CheckConstraint("duree_mois BETWEEN 1 AND 36", name="contrats_duree"),
    Index("contrats_id", "id"),
)
