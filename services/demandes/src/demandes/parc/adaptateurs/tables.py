"""Le parc et l'histoire de chaque actif."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, Uuid

from demandes.base import INSTANT, choix, metadonnees
from demandes.clients.adaptateurs.tables import organismes
from demandes.demande.adaptateurs.tables import demandes
from demandes.parc.domaine.actif import EtatActif, Mouvement, Nature, Raison

actifs = Table(
    "actifs",
    metadonnees,
    Column("id", Uuid, primary_key=True, comment="Fonction du seul article."),
    Column("organisme", Text, ForeignKey(organismes.c.organisme), nullable=False),
    Column("produit", Text, nullable=False),
    Column("demande_id", Uuid, ForeignKey(demandes.c.id), nullable=False),
    Column("article_id", Uuid, nullable=False),
    Column("livre_le", INSTANT),
    Column("utilisateur_id", Text),
    Column("site", Text),
    Column("etat", choix(EtatActif), nullable=False),
    Column("fin_le", Date),
    Column("nature", choix(Nature)),
    Column("dit_le", Date, comment="La date d'une perte, dite et non confirmée (DEM-14)."),
    Column("remplace_par", Uuid),
    Column("succede_a", Uuid, comment="L'actif dont il a pris la place."),
    Column("engage_depuis", Date, comment="Le début de l'engagement qu'il en a reçu (FAC-5)."),
    Column("version", Integer, nullable=False),
    Index("actifs_organisme", "organisme", "id"),
    Index("actifs_etat", "etat", "id"),
    Index("actifs_organisme_etat", "organisme", "etat", "id"),
    Index("actifs_demande", "demande_id"),
    comment="Le parc, tel que le plie l'histoire de chaque actif (DEM-12).",
)

mouvements = Table(
    "mouvements",
    metadonnees,
    Column("actif_id", Uuid, ForeignKey("actifs.id"), primary_key=True),
    Column("acte_id", Uuid, primary_key=True),
    Column("organisme", Text, nullable=False),
    Column("mouvement", choix(Mouvement), nullable=False),
    Column("survenu_le", INSTANT, nullable=False),
    Column("enregistre_le", INSTANT, nullable=False),
    Column("acteur", Text, nullable=False),
    Column("nature", choix(Nature)),
    Column("dit_le", Date),
    Column("utilisateur_id", Text),
    Column("site", Text),
    Column("autre_id", Uuid, comment="Qui prend la place, ou celui dont on la prend."),
    Column("raison", choix(Raison)),
    Column("duree_de_vie_mois", Integer, comment="Celle du produit, quand on l'a inscrit."),
    Column("premature", Boolean),
    Column("motif", Text),
    Column("depuis", Date, comment="Le début d'engagement qu'il solde ou reporte (FAC-5)."),
    comment="L'histoire d'un actif : un ajout par mouvement, jamais modifié (DEM-12).",
)
