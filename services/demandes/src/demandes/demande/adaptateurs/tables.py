"""Les demandes, leur histoire, et les rectifications de tout acte."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from demandes.base import INSTANT, choix, metadonnees
from demandes.clients.adaptateurs.tables import organismes
from demandes.demande.domaine.demande import Etat, Geste, Sorte

numeros = Sequence("demande_numeros", metadata=metadonnees)

demandes = Table(
    "demandes",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("numero", Text, nullable=False),
    Column("organisme", Text, ForeignKey(organismes.c.organisme), nullable=False),
    Column("sorte", choix(Sorte), nullable=False),
    Column("demandeur", Text, nullable=False),
    Column("articles", JSONB, nullable=False),
    Column("faits", JSONB, nullable=False, comment="Les faits de mesure (DEM-2)."),
    Column("cree_le", INSTANT, nullable=False),
    Column("site", Text, comment="Où elle se livre, si ses articles n'en disent rien."),
    Column("imputation", Text, comment="Le code d'imputation de l'organisme (FAC-16)."),
    Column("etat", choix(Etat), nullable=False),
    Column("soumise_le", INSTANT),
    Column("completee_le", INSTANT),
    Column("completions", JSONB, nullable=False, comment="Celles que l'on a publiées (DEM-13)."),
    Column("version", Integer, nullable=False),
    Column("trace", Text, comment="La trace où elle est née, si elle part; ses actes s'y relient."),
    # Le numéro d'abord : le MCN le cherche sans dire l'organisme.
    UniqueConstraint("numero", "organisme", name="demandes_numero"),
    Index("demandes_organisme", "organisme", "id"),
    Index("demandes_etat", "etat", "id"),
    Index("demandes_sorte", "sorte", "id"),
    Index("demandes_organisme_etat", "organisme", "etat", "id"),
    Index("demandes_organisme_sorte", "organisme", "sorte", "id"),
    comment="Les demandes, telles que les plie leur histoire (DEM-12).",
)

gestes_poses = Table(
    "gestes_poses",
    metadonnees,
    Column("demande_id", Uuid, ForeignKey("demandes.id"), primary_key=True),
    Column("acte_id", Uuid, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("geste", choix(Geste), nullable=False),
    Column("annonce_le", INSTANT, nullable=False),
    Column("survenu_le", INSTANT, nullable=False),
    Column("enregistre_le", INSTANT, nullable=False),
    Column("acteur", Text, nullable=False),
    Column("motif", Text),
    Column("signataire_id", Uuid),
    Column("au_nom_de_id", Uuid),
    Column("article_id", Uuid),
    Column("articles", ARRAY(Uuid), nullable=False),
    Column("travail", JSONB(none_as_null=True)),
    Column("faits", JSONB(none_as_null=True)),
    Column("differe_depuis", INSTANT),
    comment="L'histoire : un ajout par geste, jamais modifié (DEM-4, DEM-12).",
)

rectifications = Table(
    "rectifications",
    metadonnees,
    Column("agregat_id", Uuid, primary_key=True, comment="Une demande, un actif, un incident."),
    Column("acte_id", Uuid, primary_key=True),
    Column("rang", Integer, primary_key=True),
    Column("organisme", Text, ForeignKey(organismes.c.organisme), primary_key=True),
    Column("survenu_le", INSTANT, comment="L'heure juste; absente : l'acte est nul."),
    Column("motif", Text, nullable=False),
    Column("acteur", Text, nullable=False),
    Column("enregistre_le", INSTANT, nullable=False),
    comment="L'heure juste d'un acte, ou sa nullité : un ajout, jamais modifié (DEM-13).",
)
