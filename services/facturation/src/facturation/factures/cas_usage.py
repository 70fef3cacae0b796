"""Ce qu'on peut demander aux factures."""

from dataclasses import dataclass
from uuid import UUID

from facturation.factures.domaine.ajustements import Ajustement, exiger_permis, racine
from facturation.factures.ports import Ports
from noyau import Acte, Montant, Resultat


@dataclass(frozen=True, slots=True, kw_only=True)
class AjusterLigne:
    """La ligne d'un document émis, ce que l'on retranche de son dû ou y rétablit, et pourquoi."""

    id: UUID
    numero: str
    rang: int
    montant: Montant
    motif: str


async def ajuster_ligne(commande: AjusterLigne, ports: Ports, acte: Acte) -> Resultat[Ajustement]:
    """Décide d'un ajustement; le prochain document de l'organisme le porte (FAC-13).

    Lève `Introuvable` si la ligne n'existe pas, `Conflit` si le montant n'est pas permis.
    """
    organisme, identite, actes = await ports.factures.ligne(commande.numero, commande.rang)
    # Deux décisions d'une même ligne s'attendent, et l'émission de son organisme avec elles.
    await ports.clients.charger(organisme, verrouiller=True)
    ajustement = Ajustement(
        id=commande.id,
        organisme=organisme,
        numero=commande.numero,
        rang=commande.rang,
        identite=identite,
        actes=actes,
        montant=commande.montant,
        motif=commande.motif,
        decide_le=acte.le,
        decide_par=acte.acteur.sujet,
    )
    facturees = await ports.factures.deja_facture(organisme, [identite.source])
    anterieurs = await ports.ajustements.des_sources(organisme, [identite.source])
    sienne = racine(identite)
    exiger_permis(
        ajustement,
        (f for i, f in facturees.items() if racine(i) == sienne),
        (a for a in anterieurs if racine(a.identite) == sienne),
    )
    await ports.ajustements.ajouter(ajustement)
    await ports.touches.toucher({(organisme, identite.source)})
    return Resultat(ajustement)
