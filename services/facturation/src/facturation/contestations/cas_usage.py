"""Ce qu'on peut demander aux contestations, et la validation d'un document."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from facturation.contestations.domaine.contestations import (
    FINIES,
    Contestation,
    ContestationRappelee,
    ContestationRetiree,
    ContestationTranchee,
    Decision,
    Etat,
    FactureContestee,
    Geste,
    LigneContestee,
)
from facturation.contestations.domaine.destructions import detruire
from facturation.contestations.domaine.ouverture import Conteste, ouvrir
from facturation.contestations.domaine.pieces import (
    Piece,
    empreinte_de,
    exiger_nom,
    exiger_permise,
    exiger_place,
)
from facturation.contestations.domaine.validations import (
    FactureValidee,
    Validation,
    exiger_validable,
)
from facturation.contestations.ports import Ports
from facturation.factures.domaine.credits import Credit, CrediterLignes
from facturation.factures.domaine.emetteur import SANS_INSCRIPTION, Inscriptions
from noyau import (
    ZERO,
    Acte,
    Conflit,
    Conservation,
    Fait,
    Introuvable,
    Resultat,
    exiger_une_personne,
    jour_de_quebec,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contester:
    """Les lignes d'un document, par rang, et pourquoi chacune est contestée.

    `fait_nouveau` : ce qui rouvre une ligne tranchée, ou un document validé.
    """

    id: UUID
    numero: str
    motif: str
    lignes: Sequence[tuple[int, str]]
    fait_nouveau: str | None = None


async def contester(commande: Contester, ports: Ports, acte: Acte) -> Resultat[Contestation]:
    """Ouvre une contestation, ou la présente à l'admission de la facturation (FAC-8).

    Lève `Introuvable` si le document ou une ligne n'existe pas, `Conflit` si une ligne ne se
    conteste pas.
    """
    exiger_une_personne(acte.acteur, "FAC-8")
    numero = commande.numero
    # Deux contestations d'un même document s'attendent.
    organisme, emis_le = await ports.factures.retenir(numero)
    lues = await ports.factures.lignes(numero, [rang for rang, _ in commande.lignes])
    lignes = [
        LigneContestee(rang=rang, motif=motif, montant=lue.montant)
        for (rang, motif), lue in zip(commande.lignes, lues, strict=True)
    ]
    conteste = Conteste(
        organisme=organisme,
        numero=numero,
        emis_le=emis_le,
        lignes=lignes,
        deja=await ports.contestations.etats(numero),
        valide=await ports.validations.de(numero) is not None,
    )
    contestation = ouvrir(
        commande.id, conteste, commande.motif, commande.fait_nouveau, ports.calendrier, acte
    )
    await ports.contestations.ajouter(contestation)
    return Resultat(contestation, *_contestee(contestation, acte))


def _contestee(contestation: Contestation, acte: Acte) -> tuple[Fait, ...]:
    """Ce qui n'est pas encore admis ne conteste rien."""
    if contestation.etat is not Etat.OUVERTE:
        return ()
    return (FactureContestee(contestation=contestation, survenu_le=acte.le),)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoserGeste:
    """Un geste qui fait avancer une contestation sans la trancher, et ce qu'il dit."""

    id: UUID
    geste: Geste
    texte: str | None = None


async def poser_geste(commande: PoserGeste, ports: Ports, acte: Acte) -> Resultat[Contestation]:
    """Admet, examine, questionne, répond, reprend, retire, gèle ou dégèle (FAC-8).

    Lève `Introuvable`, ou `TransitionImpossible` si l'état ne le permet pas.
    """
    exiger_une_personne(acte.acteur, "FAC-8")
    contestation = acte.sur(await ports.contestations.charger(commande.id))
    avancee = contestation.poser(commande.geste, commande.texte, acte)
    await ports.contestations.enregistrer(avancee)
    if commande.geste is Geste.ADMETTRE:
        return Resultat(avancee, *_contestee(avancee, acte))
    if commande.geste is Geste.RETIRER:
        return Resultat(avancee, ContestationRetiree(contestation=avancee, survenu_le=acte.le))
    return Resultat(avancee)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trancher:
    """Ce que la facturation décide d'une contestation."""

    id: UUID
    decision_id: UUID
    decision: Decision
    inscriptions: Inscriptions = SANS_INSCRIPTION


async def trancher(commande: Trancher, ports: Ports, acte: Acte) -> Resultat[Contestation]:
    """Décide; ce qui est accordé s'ajuste et se crédite dans la même transaction (FAC-8, FAC-13).

    Lève `Introuvable`, `TransitionImpossible`, `Interdit` si l'auteur y a parlé pour l'organisme,
    ou `Conflit` si un montant passe ce que la ligne vaut encore.
    """
    exiger_une_personne(acte.acteur, "FAC-8")
    contestation = acte.sur(await ports.contestations.charger(commande.id))
    decision = commande.decision
    tranchee = contestation.trancher(decision, acte)
    faits: list[Fait] = []
    rendus, note, rendu = {}, None, ZERO
    if accords := decision.a_rendre(tranchee.rangs):
        a_crediter = CrediterLignes(
            numero=tranchee.numero,
            credits=tuple(
                Credit(id=uuid5(commande.decision_id, str(x.rang)), rang=x.rang, montant=x.montant)
                for x in accords
            ),
            motif=decision.motif,
            inscriptions=commande.inscriptions,
        )
        credite = await ports.crediter(a_crediter, acte)
        faits += credite.faits
        if credite.valeur is not None:
            projet = credite.valeur.projet
            rendus = {x.corrigee.rang: -x.montant for x in projet.lignes if x.corrigee}
            note, rendu = credite.valeur.numero, -projet.totaux.total
    tranchee = tranchee.rendue(note, rendus)
    await ports.contestations.enregistrer(tranchee)
    fait = ContestationTranchee(contestation=tranchee, rendu=rendu, survenu_le=acte.le)
    return Resultat(tranchee, *faits, fait)


@dataclass(frozen=True, slots=True)
class Rappeler:
    """Une contestation dont un rappel semble dû."""

    id: UUID


async def rappeler(commande: Rappeler, ports: Ports, acte: Acte) -> Resultat[bool]:
    """Publie, une fois, le rappel dû ce jour-là; rend faux s'il ne l'est plus (FAC-8)."""
    contestation = await ports.contestations.charger(commande.id)
    rappel = contestation.rappel_du(jour_de_quebec(acte.le))
    if rappel is None:
        return Resultat(False)
    rappelee = contestation.rappelee(rappel)
    await ports.contestations.enregistrer(rappelee)
    fait = ContestationRappelee(contestation=rappelee, rappel=rappel, survenu_le=acte.le)
    return Resultat(True, fait)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerserPiece:
    """Une pièce à verser au dossier d'une contestation."""

    contestation_id: UUID
    nom: str
    contenu: bytes


async def verser_piece(commande: VerserPiece, ports: Ports, acte: Acte) -> Resultat[Piece]:
    """Garde une pièce sous son empreinte; la même versée deux fois n'en fait qu'une.

    Lève `Introuvable`, ou `Conflit` si la contestation est finie, la pièce mal nommée, trop grosse
    ou d'un genre qui n'est pas permis, ou l'organisme à sa borne.
    """
    contestation = await ports.contestations.charger(commande.contestation_id)
    if contestation.etat in FINIES:
        raise Conflit("La contestation est finie : on n'y verse plus de pièce.", regle="FAC-8")
    exiger_nom(commande.nom)
    taille = len(commande.contenu)
    genre = exiger_permise(taille, ports.genre_de(commande.contenu))
    empreinte = empreinte_de(commande.contenu)
    deja = await ports.pieces.trouver(contestation.id, empreinte)
    if deja is not None:
        return Resultat(deja)
    versees = await ports.pieces.compter(contestation.id)
    exiger_place(versees, await ports.pieces.peser(contestation.organisme), taille)
    piece = Piece(
        contestation_id=contestation.id,
        organisme=contestation.organisme,
        empreinte=empreinte,
        nom=commande.nom,
        genre=genre,
        taille=taille,
        versee_le=acte.le,
        versee_par=acte.acteur.sujet,
    )
    await ports.pieces.ajouter(piece, commande.contenu)
    return Resultat(piece)


@dataclass(frozen=True, slots=True, kw_only=True)
class DetruirePiece:
    """La pièce que l'on atteste détruire, pourquoi, et combien de temps elle devait se garder."""

    contestation_id: UUID
    empreinte: str
    motif: str
    garde: Conservation


async def detruire_piece(commande: DetruirePiece, ports: Ports, acte: Acte) -> Resultat[Piece]:
    """Détruit le contenu et le nom d'une pièce échue; l'attestation demeure (FAC-8).

    Lève `Introuvable`, `Interdit`, ou `Conflit` : jamais avant terme, deux fois, ni sous gel.
    """
    contestation = await ports.contestations.charger(commande.contestation_id)
    piece = await ports.pieces.trouver(contestation.id, commande.empreinte)
    if piece is None:
        raise Introuvable("Cette pièce n'existe pas.")
    detruite = detruire(piece, contestation, commande.motif, commande.garde, acte)
    await ports.pieces.detruire(detruite)
    return Resultat(detruite)


@dataclass(frozen=True, slots=True)
class ValiderFacture:
    """Le document que valide un organisme."""

    numero: str


async def valider_facture(
    commande: ValiderFacture, ports: Ports, acte: Acte
) -> Resultat[Validation]:
    """Valide un document, une fois (FAC-8, TEL-2).

    Lève `Introuvable`, ou `Conflit` s'il est déjà validé ou contesté.
    """
    exiger_une_personne(acte.acteur, "TEL-2")
    organisme, _ = await ports.factures.retenir(commande.numero)
    etats = await ports.contestations.etats(commande.numero)
    contestee = any(etat not in FINIES for siens in etats.values() for etat in siens)
    deja = await ports.validations.de(commande.numero)
    exiger_validable(commande.numero, deja, contestee=contestee)
    validation = Validation(
        organisme=organisme,
        numero=commande.numero,
        validee_le=acte.le,
        validee_par=acte.acteur.sujet,
    )
    await ports.validations.ajouter(validation)
    return Resultat(validation, FactureValidee(validation=validation, survenu_le=acte.le))
