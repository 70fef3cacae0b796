"""La note de crédit d'une décision : ce qu'elle rend de lignes émises, à l'instant (FAC-13)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from facturation.clients.domaine import Client
from facturation.creances.domaine.creances import Identite
from facturation.factures.domaine.ajustements import (
    Ajustement,
    Facturee,
    LigneAjustee,
    Part,
    facture_sans_ajustement,
    parents,
    racine,
    somme,
)
from facturation.factures.domaine.emetteur import SANS_INSCRIPTION, Inscriptions
from facturation.factures.domaine.factures import Ligne, Projet
from facturation.factures.domaine.taxes import Part as PartTaxee
from facturation.factures.domaine.taxes import Taxes, Totaux
from facturation.tarification.domaine.ecriture import en_dollars
from noyau import ZERO, Acte, Conflit, Mois, Montant


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Ce qu'une décision rend d'une ligne ($, positif); sans montant, tout ce qui en reste."""

    id: UUID
    rang: int
    montant: Montant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrediterLignes:
    """Ce qu'une décision rend des lignes d'un document, et pourquoi : la commande des factures."""

    numero: str
    credits: tuple[Credit, ...]
    motif: str
    inscriptions: Inscriptions = SANS_INSCRIPTION


@dataclass(frozen=True, slots=True)
class Groupe:
    """Ce qu'un même taux frappe dans un document, et ce que ses notes en ont déjà rendu ($)."""

    base: Montant
    rendu: Montant = ZERO


def creditable(
    ligne: LigneAjustee,
    facturees: Mapping[Identite, Facturee],
    ajustements: Collection[Ajustement],
) -> Montant:
    """Ce qu'une décision peut encore rendre de la ligne ($) : ni plus qu'elle, ni plus que son dû.

    Régularisée, elle ne rend plus que ce qui reste facturé de son dû; devenu une autre ligne, c'est
    de celle-là qu'on le rend. `facturees`, `ajustements` : ce qui l'est, et ce qu'on a décidé, de
    sa source.
    """
    identite, sienne = ligne.identite, racine(ligne.identite)
    siens = list(parents(ligne, ajustements))
    restes = (
        ligne.montant + somme(a for a in siens if (a.numero, a.rang) == (ligne.numero, ligne.rang)),
        facture_sans_ajustement(f for i, f in facturees.items() if i == identite)
        + somme(a for a in siens if a.identite == identite),
        facture_sans_ajustement(f for i, f in facturees.items() if racine(i) == sienne)
        + somme(siens),
    )
    return max(ZERO, min(restes))


def decider(
    credits_: Iterable[tuple[Credit, LigneAjustee]],
    facturees: Mapping[Identite, Facturee],
    anterieurs: Iterable[Ajustement],
    motif: str,
    acte: Acte,
) -> list[Ligne]:
    """Les lignes de la note, chacune portant son ajustement; une ligne déjà rendue n'en a pas.

    Lève `Conflit` (FAC-13) si un montant est nul, négatif, ou passe ce que la ligne vaut encore.
    """
    connus = list(anterieurs)
    lignes: list[Ligne] = []
    for credit, ligne in credits_:
        reste = creditable(ligne, facturees, connus)
        montant = reste if credit.montant is None else credit.montant
        if montant > reste or (credit.montant is not None and montant <= ZERO):
            raise Conflit(
                f"La ligne {ligne.rang} de {ligne.numero} vaut encore {en_dollars(reste.decimal)} :"
                f" on n'en crédite pas {en_dollars(montant.decimal)}.",
                regle="FAC-13",
            )
        if montant:
            connus.append(ligne.ajuster(credit.id, -montant, motif, acte))
            lignes.append(_crediter(ligne, connus[-1]))
    return lignes


def _crediter(ligne: LigneAjustee, ajustement: Ajustement) -> Ligne:
    return Ligne(
        identite=ligne.identite,
        libelle=ligne.donnees["libelle"],
        creance=None,
        facturee=Facturee(montant=ZERO, taxes=ligne.taxes),
        part=Part(ajustement.montant, (ajustement,)),
        evenements=tuple(map(UUID, ligne.donnees["evenements"])),
        corrigee=ligne,
    )


def note_de_credit(
    client: Client,
    periode: Mois,
    piece: int,
    lignes: Sequence[Ligne],
    groupes: Mapping[Taxes, Groupe],
) -> Projet:
    """La note de ces lignes d'un même document, dont voici les groupes de taxes.

    Les taxes rendues sont celles du document moins celles de ce qui en reste : de note en note, au
    cent, leur somme est exactement ce que le document porte une fois tout rendu.
    """
    return Projet(
        client=client,
        periode=periode,
        lignes=tuple(lignes),
        attentes=(),
        totaux=Totaux(tuple(_rendre(lignes, groupes))),
        piece=piece,
        corrige=next(ligne.corrigee.numero for ligne in lignes if ligne.corrigee),
    )


def _rendre(lignes: Sequence[Ligne], groupes: Mapping[Taxes, Groupe]) -> Iterable[PartTaxee]:
    for part in Totaux.de((ligne.taxes, ligne.montant) for ligne in lignes).parts:
        reste = groupes[part.taxes].base - groupes[part.taxes].rendu
        tps, tvq = (_rendue(taux, reste, part.base) for taux in (part.taxes.tps, part.taxes.tvq))
        yield PartTaxee(taxes=part.taxes, base=part.base, tps=tps, tvq=tvq)


def _rendue(taux: Decimal, reste: Montant, credit: Montant) -> Montant:
    """Ce que ce crédit (négatif) change à la taxe de ce qui restait du document."""
    return Montant.de((reste + credit).decimal * taux) - Montant.de(reste.decimal * taux)
