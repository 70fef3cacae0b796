"""Ce qu'on peut demander aux factures."""

from facturation.factures.domaine.ajustements import (
    Ajustement,
    AjustementVoulu,
    exiger_permis,
    racine,
)
from facturation.factures.ports import Ports
from noyau import Acte, Resultat


async def ajuster_ligne(voulu: AjustementVoulu, ports: Ports, acte: Acte) -> Resultat[Ajustement]:
    """Décide d'un ajustement; le prochain document de l'organisme le porte (FAC-13).

    Lève ce que lève `preparer_ajustement`.
    """
    ajustement = (await preparer_ajustement(voulu, ports, acte)).valeur
    await ports.ajustements.ajouter(ajustement)
    await ports.touches.toucher({(ajustement.organisme, ajustement.identite.source)})
    return Resultat(ajustement)


async def preparer_ajustement(
    voulu: AjustementVoulu, ports: Ports, acte: Acte
) -> Resultat[Ajustement]:
    """Ce que serait un ajustement, sans l'écrire (FAC-13).

    Lève `Introuvable` si la ligne n'existe pas, `Conflit` si le montant n'est pas permis.
    """
    organisme, identite, actes = await ports.factures.ligne(voulu.numero, voulu.rang)
    # Deux décisions d'une même ligne s'attendent, et l'émission de son organisme avec elles.
    await ports.clients.charger(organisme, verrouiller=True)
    ajustement = Ajustement(
        id=voulu.id,
        organisme=organisme,
        numero=voulu.numero,
        rang=voulu.rang,
        identite=identite,
        actes=actes,
        montant=voulu.montant,
        motif=voulu.motif,
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
    return Resultat(ajustement)
