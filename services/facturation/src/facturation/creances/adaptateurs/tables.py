"""Les tables des créances. Faits, rectifications et abonnements se refont depuis les sujets."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from facturation.base import INSTANT, appris, choix, en_json, metadonnees
from facturation.creances.domaine.creances import Nature
from facturation.creances.domaine.faits import FaitRecu

faits = Table(
    "faits",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("acte_id", Uuid, primary_key=True, comment="L'identifiant de l'événement."),
    Column("source", Text, nullable=False, comment="L'actif ou l'acte que le fait concerne."),
    Column("type", Text, primary_key=True, comment="Celui de l'événement."),
    Column("produit", Text, comment="Celui que livre un fait qui commence."),
    Column("donnees", en_json(FaitRecu), nullable=False),
    Column("trace", Text, comment="La trace où il fut reçu, si elle part; sa facture s'y relie."),
    appris(),
    Index("faits_source", "organisme", "source"),
    Index("faits_produit", "produit"),
    comment="Ce que les autres services ont publié : un événement, un fait.",
)

rectifications = Table(
    "rectifications",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("acte_id", Uuid, primary_key=True, comment="Celui d'un fait, connu ou à venir."),
    Column("rang", BigInteger, primary_key=True, comment="La plus grande vaut (DEM-13)."),
    Column("survenu_le", INSTANT, comment="Absente : l'acte est nul."),
    Column("evenement", Uuid, nullable=False),
    appris(),
    comment="L'heure juste des faits; jamais un fait ne se récrit.",
)

demandes = Table(
    "demandes",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("demande_id", Uuid, primary_key=True),
    Column("numero", Text, nullable=False),
    Column("approbation_requise", Boolean, comment="Absente : soumise avant qu'on la garde."),
    appris(),
    comment="Ce que les lignes disent des demandes (FAC-9), et si un signataire en juge (DEM-3).",
)

abonnements = Table(
    "abonnements",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("tarif", Text, primary_key=True),
    Column("produit", Text),
    Column("quantite", Integer, nullable=False),
    Column("debut", Date, primary_key=True, comment="Chaque vie d'un actif a le sien."),
    Column("fin", Date, comment="Exclue; absente tant qu'il court."),
    Column("evenement", Uuid, nullable=False, comment="Ce qui l'a fait commencer."),
    Column("evenement_de_fin", Uuid),
    Index("abonnements_debut", "debut"),
    comment="Ce que le domaine dit facturer chaque mois (FAC-1); jamais une règle à part.",
)

imputations = Table(
    "imputations",
    metadonnees,
    Column("id", Uuid, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("source", Text, nullable=False, comment="Une source, ou une demande."),
    Column("code", Text, nullable=False),
    Column("debut", Date, nullable=False),
    Column("dite_le", INSTANT, nullable=False),
    Column("dite_par", Text, nullable=False),
    appris(),
    Index("imputations_source", "organisme", "source", "debut", "id"),
    comment="Le code qu'un organisme donne à une source, pour l'avenir; immuables (FAC-16).",
)

_CLE = ("organisme", "source", "tarif", "nature", "cle")
lignes_en_attente = Table(
    "lignes_en_attente",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("tarif", Text, primary_key=True, comment="Vide : on ne sait pas encore lequel."),
    Column("nature", choix(Nature), primary_key=True),
    Column("cle", Text, primary_key=True, comment="Celle de la créance qui attend."),
    Column("depuis", Date, nullable=False),
    Column("motif", Text, nullable=False),
    Column("evenements", ARRAY(Uuid), nullable=False),
    Column("signalee_le", INSTANT, nullable=False),
    Column("levee_le", INSTANT),
    Index("lignes_en_attente_ouvertes", *_CLE, postgresql_where=text("levee_le IS NULL")),
    Index("lignes_en_attente_depuis", "depuis", postgresql_where=text("levee_le IS NULL")),
    Index("lignes_en_attente_levees", *_CLE, postgresql_where=text("levee_le IS NOT NULL")),
    comment="Ce qui n'a pas de montant applicable; signalé une seule fois.",
)

ecartements = Table(
    "ecartements",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("tarif", Text, primary_key=True),
    Column("nature", choix(Nature), primary_key=True),
    Column("cle", Text, primary_key=True),
    Column("depuis", Date, nullable=False),
    Column("attente", Text, nullable=False, comment="Pourquoi la ligne attendait."),
    Column("evenements", ARRAY(Uuid), nullable=False),
    Column("motif", Text, nullable=False, comment="Pourquoi l'on renonce à la facturer."),
    Column("ecartee_le", INSTANT, nullable=False),
    Column("ecartee_par", Text, nullable=False),
    appris(),
    comment="Les lignes en attente que la facturation écarte; elles ne se facturent plus.",
)

touchees = Table(
    "touchees",
    metadonnees,
    Column("id", Uuid, primary_key=True, server_default=func.gen_random_uuid()),
    Column("organisme", Text, nullable=False),
    Column("source", Text, nullable=False),
    appris(),
    Index("touchees_source", "organisme", "source"),
    comment="Une ligne par changement d'une source depuis la dernière émission (FAC-14).",
)

arretes = Table(
    "arretes",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("avant", Date, comment="Exclue; absente : aucune émission encore."),
    comment="Jusqu'où ce qui n'est pas touché est calculé (FAC-14).",
)

revues = Table(
    "revues",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("demandee_le", INSTANT, nullable=False),
    Column("essais", Integer, nullable=False, server_default="0", comment="Ceux qui ont échoué."),
    Column("mise_de_cote", Text, comment="Pourquoi; ce qui arrive ensuite l'efface."),
    comment="Les organismes dont les abonnements et les attentes sont à revoir.",
)

reveils = Table(
    "reveils",
    metadonnees,
    Column("organisme", Text, primary_key=True),
    Column("le", Date, nullable=False),
    Index("reveils_le", "le"),
    comment="Le premier jour où le temps seul fait signaler quelque chose (FAC-4).",
)
