"""Ce que le service écoute : tout, pour le relayer aux abonnés; le catalogue, pour le retenir."""

from typing import Any

from contrats import EVENEMENTS
from contrats.base import Evenement
from contrats.catalogue import ProduitInscrit, ProduitModifie, TarifPublie
from demandes.cas_usage.recevoir_evenements import EvenementRecu, recevoir_evenements
from demandes.domaine.produit import PrixDate, Produit
from demandes.domaine.webhook import EnvoiADeposer
from socle.bus import Ecoute, Ecoutes, Ordre, Recu
from socle.bus.enveloppe import Enveloppe, structure


def traduire(recu: Recu[Evenement]) -> EvenementRecu:
    """L'événement à relayer et, d'un produit ou d'un prix, ce qu'on en retient."""
    return EvenementRecu(
        envoi=_envoi(recu), produit=_produit(recu.evenement), prix=_prix(recu.evenement)
    )


def _envoi(recu: Recu[Evenement]) -> EnvoiADeposer:
    evenement = recu.evenement
    enveloppe = Enveloppe(
        id=recu.id,
        type=evenement.TYPE,
        version=evenement.VERSION,
        survenu_le=recu.survenu_le,
        enregistre_le=recu.enregistre_le,
        sequence=recu.sequence,
        sujet=recu.sujet,
        cle=recu.cle,
    )
    return EnvoiADeposer(
        evenement_id=recu.id,
        type=evenement.TYPE,
        cle=recu.cle,
        organisme=getattr(evenement, "organisme", None),
        enregistre_le=recu.enregistre_le,
        corps=structure(enveloppe, evenement.model_dump(mode="json")),
    )


def _produit(evenement: Evenement) -> Produit | None:
    if not isinstance(evenement, ProduitInscrit | ProduitModifie):
        return None
    return Produit(
        code=evenement.code,
        libelle=evenement.libelle,
        sorte=evenement.sorte,
        statut=evenement.statut,
        noyau=evenement.noyau,
        normalise=evenement.normalise,
        gamme=evenement.gamme,
        reserve_hauts_dirigeants=evenement.reserve_hauts_dirigeants,
        tarifs=evenement.tarifs,
    )


def _prix(evenement: Evenement) -> PrixDate | None:
    if not isinstance(evenement, TarifPublie):
        return None
    return PrixDate(
        produit=evenement.produit,
        version=evenement.version,
        debut=evenement.debut,
        fin=evenement.fin,
        prix=evenement.prix,
    )


def _ecoute(classe: type[Evenement]) -> Ecoute[Any, Any]:
    ordre = Ordre.STRICT if classe.PRODUCTEUR == "catalogue" else Ordre.LIBRE
    return Ecoute(traduire=traduire, cas=recevoir_evenements, ordre=ordre)


ECOUTES: Ecoutes = {classe: _ecoute(classe) for classe in EVENEMENTS.values()}
