"""Comment un contrat finit : refusé par le fournisseur, résilié, ou échu (CI-10, CI-17).

Échu ne s'écrit jamais d'avance : c'est la fin, lue un jour donné. Venue, elle s'annonce.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from courtier.contrats.domaine.contrat import Contrat
from courtier.contrats.domaine.etats import ActeContrat, Etat
from courtier.contrats.domaine.ruptures import Lettre, RefusDuFournisseur, Resiliation
from courtier.pieces.domaine import Visa
from noyau import Acte, Conflit, Fait, debut_du_jour, exiger_une_personne, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class ContratRefuse(Fait):
    """Le fournisseur refuse de signer : le contrat ne se conclura pas (CI-10)."""

    contrat: Contrat


@dataclass(frozen=True, slots=True, kw_only=True)
class ContratResilie(Fait):
    """Le contrat est résilié, à une date d'effet (CI-17)."""

    contrat: Contrat
    resiliation: Resiliation


@dataclass(frozen=True, slots=True, kw_only=True)
class ContratEchu(Fait):
    """La fin d'un contrat conclu est venue (CI-10); survenu à sa première heure, à Québec."""

    contrat: Contrat


def refuser(contrat: Contrat, motif: str, acte: Acte) -> tuple[Contrat, ContratRefuse]:
    """Le fournisseur refuse de signer, avant sa signature; le client ou le Courtier le consigne.

    Lève `TransitionImpossible` (CI-16).
    """
    contrat.exiger(ActeContrat.REFUS, acte)
    refus = RefusDuFournisseur(motif, Visa.de(acte))
    refuse = replace(contrat, version=contrat.version + 1, refus=refus)
    return refuse, ContratRefuse(contrat=refuse, survenu_le=acte.le)


def resilier(
    contrat: Contrat, effet: date, lettre: Lettre, motif: str, acte: Acte
) -> tuple[Contrat, ContratResilie]:
    """Le contrat finit à la date d'effet; sa lettre, du même coup, est transmise au Courtier.

    `effet` : le premier jour qui n'en est plus; jamais passé, un contrat ne finit pas après coup.
    Lève `TransitionImpossible`, `Interdit`, ou `Conflit` (CI-17) : effet passé, avant le début,
    ou qui n'abrège rien; lettre d'avant la conclusion, ou à venir.
    """
    exiger_une_personne(acte.acteur, "CI-17")
    contrat.exiger(ActeContrat.RESILIATION, acte)
    jour = jour_de_quebec(acte.le)
    if lettre.datee_le > jour:
        raise Conflit("La lettre de résiliation ne peut être à venir.", regle="CI-17")
    conclu = contrat.signature_fournisseur
    if conclu and lettre.datee_le < jour_de_quebec(conclu.le):
        raise Conflit("On ne résilie pas un contrat avant sa conclusion.", regle="CI-17")
    if effet < jour:
        raise Conflit(
            "La lettre se transmet aussitôt : une résiliation ne prend pas effet dans le passé.",
            regle="CI-17",
        )
    if effet < contrat.termes.debut:
        raise Conflit(
            "Un contrat qui n'a pas commencé finit au plus tôt le jour de son début.", regle="CI-17"
        )
    if effet >= contrat.fin:
        raise Conflit("La date d'effet précède la fin du contrat.", regle="CI-17")
    resiliation = Resiliation(effet, lettre, motif, Visa.de(acte))
    resilie = replace(contrat, version=contrat.version + 1, resiliation=resiliation)
    return resilie, ContratResilie(contrat=resilie, resiliation=resiliation, survenu_le=acte.le)


def echoir(contrat: Contrat, le: datetime) -> tuple[Contrat, ContratEchu] | None:
    """Annonce la fin d'un contrat échu ce jour-là; rien si elle l'est déjà, ou d'un autre état.

    Un résilié s'est annoncé par sa résiliation. Une fin qu'un avenant consigné tard a reportée
    s'annonce à son tour.
    """
    fin = contrat.fin
    if contrat.etat_le(jour_de_quebec(le)) is not Etat.ECHU or contrat.echeance_annoncee == fin:
        return None
    echu = replace(contrat, version=contrat.version + 1, echeance_annoncee=fin)
    return echu, ContratEchu(contrat=echu, survenu_le=debut_du_jour(fin))
