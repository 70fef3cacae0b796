"""Ce qu'on peut demander aux factures."""

from dataclasses import replace

from facturation.factures.domaine.ajustements import (
    Ajustement,
    AjustementVoulu,
    exiger_permis,
    parents,
    racine,
)
from facturation.factures.domaine.credits import CrediterLignes, decider, note_de_credit
from facturation.factures.domaine.documents import sceller
from facturation.factures.domaine.factures import Document, exercice_d_emission
from facturation.factures.ports import Ports
from noyau import Acte, Mois, Resultat, jour_de_quebec


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
    (ligne,) = await ports.factures.lignes(voulu.numero, [voulu.rang])
    organisme, identite = ligne.organisme, ligne.identite
    # Deux décisions d'une même ligne s'attendent, et l'émission de son organisme avec elles.
    await ports.clients.charger(organisme, verrouiller=True)
    ajustement = ligne.ajuster(voulu.id, voulu.montant, voulu.motif, acte)
    facturees = await ports.factures.deja_facture(organisme, [identite.source])
    anterieurs = await ports.ajustements.des_sources(organisme, [identite.source])
    # Jamais plus que la ligne, ni que son dû, fût-il devenu une autre ligne.
    sienne = racine(identite)
    propres = [a for a in anterieurs if a.identite == identite]
    exiger_permis(ajustement, [f for i, f in facturees.items() if i == identite], propres)
    exiger_permis(
        ajustement,
        (f for i, f in facturees.items() if racine(i) == sienne),
        parents(ajustement, anterieurs),
    )
    return Resultat(ajustement)


async def crediter_lignes(
    commande: CrediterLignes, ports: Ports, acte: Acte
) -> Resultat[Document | None]:
    """Ajuste ces lignes et émet la note de crédit qui le documente, à l'instant (FAC-13).

    Rend la note; rien si les lignes étaient déjà toutes rendues. Lève `Introuvable` si
    l'une n'existe pas, `Conflit` si un montant passe ce qu'elle vaut encore.
    """
    lignes = await ports.factures.lignes(commande.numero, [c.rang for c in commande.credits])
    organisme, sources = lignes[0].organisme, sorted({x.identite.source for x in lignes})
    client = await ports.clients.charger(organisme, verrouiller=True)
    creditees = decider(
        zip(commande.credits, lignes, strict=True),
        await ports.factures.deja_facture(organisme, sources),
        await ports.ajustements.des_sources(organisme, sources),
        commande.motif,
        acte,
    )
    if not creditees:
        return Resultat(None)
    await ports.touches.toucher({(organisme, ligne.identite.source) for ligne in creditees})
    periode = Mois.de(jour_de_quebec(acte.le))
    piece = await ports.factures.prochaine_piece(organisme, periode)
    groupes = await ports.factures.groupes(commande.numero)
    note = note_de_credit(client, periode, piece, creditees, groupes)
    rang = await ports.factures.prochain_rang(note.nature, exercice_d_emission(acte.le))
    emetteur = ports.emetteurs.le(jour_de_quebec(acte.le))
    document, fait = note.emettre(rang, acte.le, emetteur, commande.inscriptions)
    scelle = sceller(document)
    await ports.factures.ajouter(document, scelle)
    for ajustement in (a for ligne in creditees for a in ligne.part.ajustements):
        await ports.ajustements.ajouter(replace(ajustement, note=document.numero))
    return Resultat(document, replace(fait, empreinte=scelle.empreinte))
