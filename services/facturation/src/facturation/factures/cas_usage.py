"""Ce qu'on peut demander aux factures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from facturation.factures.domaine.ajustements import (
    Ajustement,
    AjustementVoulu,
    exiger_permis,
    parents,
    racine,
)
from facturation.factures.domaine.credits import CrediterLignes, decider, note_de_credit
from facturation.factures.domaine.documents import sceller
from facturation.factures.domaine.factures import Document, Projet, exercice_d_emission
from facturation.factures.domaine.retenus import NumeroRetenu, de_la_decision
from facturation.factures.ports import Ports
from noyau import Acte, Introuvable, Mois, Resultat, jour_de_quebec


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
    rang, le = await _numeroter(note, ports, acte)
    emetteur = ports.emetteurs.le(jour_de_quebec(le))
    document, fait = note.emettre(rang, le, emetteur, commande.inscriptions)
    scelle = sceller(document)
    await ports.factures.ajouter(document, scelle)
    for ajustement in (a for ligne in creditees for a in ligne.part.ajustements):
        await ports.ajustements.ajouter(replace(ajustement, note=document.numero))
    return Resultat(document, replace(fait, empreinte=scelle.empreinte))


async def _numeroter(note: Projet, ports: Ports, acte: Acte) -> tuple[int, datetime]:
    """Le rang de la note et son instant : ceux de la même, perdue par une restauration (FAC-6)."""
    perdues = await ports.retenus.des_decisions(note.client.organisme, note.corrige or "")
    perdue = de_la_decision(perdues, note.totaux.total)
    if perdue is not None:
        return perdue.rang, perdue.emis_a
    exercice = exercice_d_emission(acte.le)
    return await ports.factures.prochain_rang(note.nature, exercice), acte.le


async def garder_numeros(retenus: Sequence[NumeroRetenu], ports: Ports, _: Acte) -> Resultat[None]:
    """Garde ces numéros pour leurs documents : nul autre ne les portera (FAC-6)."""
    for retenu in retenus:
        await ports.retenus.retenir(retenu)
    return Resultat(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnulerNumero:
    """Un numéro retenu auquel on renonce, et pourquoi."""

    numero: str
    motif: str


async def annuler_numero(commande: AnnulerNumero, ports: Ports, acte: Acte) -> Resultat[None]:
    """Renonce à réémettre ce document; son numéro ne servira plus à rien (FAC-6).

    Lève `Introuvable` si ce numéro n'est pas à réémettre.
    """
    if not await ports.retenus.annuler(commande.numero, commande.motif, acte.le):
        raise Introuvable(f"Le numéro {commande.numero} n'est pas à réémettre.")
    return Resultat(None)
