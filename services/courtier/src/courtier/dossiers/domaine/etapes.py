"""Ce que chaque geste demande : la même table refuse, et dit ce qui manque (CI-10)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from courtier.catalogue.domaine import Fiche, Offre
from courtier.dossiers.domaine.actes import ETAPES, GESTES, Contenu, Fin, Geste
from courtier.dossiers.domaine.besoins import Besoins
from courtier.dossiers.domaine.choix import Choix
from courtier.dossiers.domaine.coherence import exiger_coherent
from courtier.dossiers.domaine.conformite import Conformite, Consultation
from courtier.dossiers.domaine.demarrage import (
    Budget,
    Confirmation,
    Contact,
    Informations,
    Preparation,
    Rencontre,
    SignatureClient,
)
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.reserves import (
    Reserve,
    autorisations_valant,
    motifs_sans_reserve,
    sans_motif,
)
from noyau import Acte, Conflit


@dataclass(frozen=True, slots=True, kw_only=True)
class Circonstances:
    """Ce dont un dossier dépend sans le tenir."""

    jour: date
    """Date de Québec."""
    assujetti_rcti: bool
    offres: Mapping[UUID, Offre]
    """Celles du scénario choisi, dans leur version présente."""
    fiches: Mapping[UUID, Fiche]
    """La fiche présente de leur fournisseur."""


@dataclass(frozen=True, slots=True)
class DossierVu:
    """Un dossier, et ce dont il dépend au jour où on le regarde."""

    dossier: Dossier
    circonstances: Circonstances

    @property
    def id(self) -> UUID:
        return self.dossier.id


class Prealable(StrEnum):
    """Ce qui doit être vrai pour poser un geste, ou ce qu'il doit laisser vrai."""

    EN_COURS = "en_cours"
    NON_SIGNE = "non_signe"
    ETAPE = "etape"
    BESOINS = "besoins"
    CONSULTATION = "consultation"
    CONFORMITE = "conformite"
    SCENARIO_CONFORME = "scenario_conforme"
    OFFRES_COMPAREES = "offres_comparees"
    CHOIX = "choix"
    CHOIX_CONFORME = "choix_conforme"
    LIEU_ACCEPTE = "lieu_accepte"
    CONTACT = "contact"
    INFORMATIONS = "informations"
    AUTORISATION = "autorisation"
    AUTORISE = "autorise"
    AVEC_SUITE = "avec_suite"
    RESERVES = "reserves"
    JUSTIFICATIONS = "justifications"
    EFVP = "efvp"
    RENCONTRE = "rencontre"
    BUDGET = "budget"
    BUDGET_SUFFISANT = "budget_suffisant"
    BUDGET_DU_CONTRAT = "budget_du_contrat"
    CONFIRMATION = "confirmation"
    ADMISSIBILITE = "admissibilite"
    PREPARATION = "preparation"
    SIGNATURE_CLIENT = "signature_client"


def _autorisation(d: Dossier, c: Circonstances) -> bool:
    choisi = d.choisi
    if choisi is None or not c.assujetti_rcti:
        return choisi is not None
    return d.comparaison.permet(choisi.id, autorisations_valant(d))


def _reserves(d: Dossier, c: Circonstances) -> bool:
    return not c.assujetti_rcti or not sans_motif(d)


def _efvp(d: Dossier, c: Circonstances) -> bool:
    besoins = d.besoins
    if besoins is None or not besoins.donnees.renseignements_personnels:
        return besoins is not None
    return d.efvp_examine(c.offres, c.fiches)


def _budget_suffisant(d: Dossier, _: Circonstances) -> bool:
    budget, choisi = d.dernier(Budget), d.choisi
    total = d.comparaison.totaux.get(choisi.id) if choisi else None
    return budget is not None and total is not None and total.decimal <= budget.montant


def _admissible(d: Dossier, c: Circonstances) -> bool:
    admissibilite = d.admissibilite
    return admissibilite is not None and admissibilite.vaut(c.jour)


def _tenu(genre: type[Contenu]) -> "Callable[[Dossier, Circonstances], bool]":
    return lambda d, _: d.dernier(genre) is not None


@dataclass(frozen=True, slots=True)
class Regle:
    """La règle d'un préalable, ce qu'elle demande, et si elle est tenue."""

    regle: str
    texte: str
    tenue: Callable[[Dossier, Circonstances], bool]
    offres: Callable[[Dossier], tuple[UUID, ...]] = lambda _: ()
    """Les offres qui l'empêchent d'être tenue."""


REGLES: Final[Mapping[Prealable, Regle]] = {
    Prealable.EN_COURS: Regle("CI-10", "Le dossier est en cours.", lambda d, _: d.issue is None),
    Prealable.NON_SIGNE: Regle(
        "CI-10", "L'organisme n'a pas encore signé le contrat.", lambda d, _: not d.est_signe
    ),
    # Celui-ci dépend du geste : `manque` le juge.
    Prealable.ETAPE: Regle(
        "CI-10", "On revient d'abord à l'étape de ce geste.", lambda d, _: d.issue is None
    ),
    Prealable.BESOINS: Regle("CI-10", "Les besoins sont dits.", _tenu(Besoins)),
    Prealable.CONSULTATION: Regle("CI-10", "Le Catalogue est consulté.", _tenu(Consultation)),
    Prealable.CONFORMITE: Regle(
        "CI-10", "La conformité d'une offre est jugée.", _tenu(Conformite)
    ),
    Prealable.SCENARIO_CONFORME: Regle(
        "CI-14", "Un scénario est conforme.", lambda d, _: bool(d.comparaison.totaux)
    ),
    Prealable.OFFRES_COMPAREES: Regle(
        "CI-14", "Chaque offre retenue est jugée; conforme, un scénario est fait d'elle seule."
        " Celle qui ne se chiffre plus (retirée, sans prix) se laisse : revenez à la consultation"
        " (étape 2), sans la retenir.",
        lambda d, _: not d.non_comparees, lambda d: d.non_comparees,
    ),
    Prealable.CHOIX: Regle("CI-10", "Un scénario est choisi.", _tenu(Choix)),
    Prealable.CHOIX_CONFORME: Regle(
        "CI-14",
        "Le scénario choisi est conforme, et ses prix se calculent.",
        lambda d, _: d.choisi is not None and d.choisi.id in d.comparaison.totaux,
    ),
    Prealable.LIEU_ACCEPTE: Regle(
        "CI-13", "L'EFVP n'écarte aucun lieu du scénario choisi.",
        lambda d, _: not d.lieux_ecartes(),
    ),
    Prealable.CONTACT: Regle("CI-16", "Le Courtier est contacté.", _tenu(Contact)),
    Prealable.INFORMATIONS: Regle(
        "CI-16", "Les informations de la rencontre sont fournies, les conditions et l'engagement"
        " lus.", _tenu(Informations),
    ),
    Prealable.AUTORISATION: Regle(
        "CI-15", "Le scénario choisi est au plus bas prix, ou le dirigeant l'autorise, ses"
        " réserves et leurs motifs sous les yeux : un motif neuf se dit avant lui, au choix (étape"
        " 4).", _autorisation,
    ),
    Prealable.AUTORISE: Regle(
        "CI-15", "Le dirigeant a autorisé le scénario choisi, tel qu'il est motivé à présent.",
        lambda d, _: bool(autorisations_valant(d)),
    ),
    Prealable.AVEC_SUITE: Regle(
        "CI-15", "Le dossier n'est pas clos sans contrat.",
        lambda d, _: d.issue in {None, Fin.CONTRAT_CONCLU},
    ),
    Prealable.RESERVES: Regle(
        "CI-15", "Chaque réserve du choix a son motif écrit : au choix (étape 4); ou, si le choix"
        " est au plus bas prix, à une confirmation. Le contrat se prépare ensuite de nouveau.",
        _reserves,
        lambda d: tuple(r.offre_id for r in sans_motif(d)),
    ),
    Prealable.JUSTIFICATIONS: Regle(
        "CI-15", "Un motif écrit porte sur une offre qui fait réserve.",
        lambda d, _: not motifs_sans_reserve(d), motifs_sans_reserve,
    ),
    Prealable.EFVP: Regle(
        "CI-13", "L'EFVP accepte chaque lieu du scénario choisi, pour ces données et ces versions"
        " d'offres.", _efvp,
    ),
    Prealable.RENCONTRE: Regle("CI-16", "La rencontre de démarrage est tenue.", _tenu(Rencontre)),
    Prealable.BUDGET: Regle("CI-16", "Le budget est autorisé.", _tenu(Budget)),
    Prealable.BUDGET_SUFFISANT: Regle(
        "CI-16", "Le total ne dépasse pas l'autorisation budgétaire.", _budget_suffisant
    ),
    Prealable.BUDGET_DU_CONTRAT: Regle(
        "CI-16", "Le budget couvre le contrat préparé; pour moins, confirmez d'abord les besoins.",
        lambda d, c: d.contrat_id is None or _budget_suffisant(d, c),
    ),
    Prealable.CONFIRMATION: Regle(
        "CI-16", "Les besoins sont confirmés.", _tenu(Confirmation)
    ),
    Prealable.ADMISSIBILITE: Regle(
        "CI-16", "L'admissibilité du fournisseur choisi est vérifiée; chaque nature vaut ce jour.",
        _admissible,
    ),
    Prealable.PREPARATION: Regle("CI-16", "Le contrat est préparé.", _tenu(Preparation)),
    Prealable.SIGNATURE_CLIENT: Regle(
        "CI-16", "L'organisme a signé le contrat.", _tenu(SignatureClient)
    ),
}  # fmt: skip

P = Prealable
_OUVERT = (P.EN_COURS, P.NON_SIGNE)
_BESOINS = (*_OUVERT, P.ETAPE, P.BESOINS)
_CONFORMITE = (*_BESOINS, P.CONSULTATION)
_CHOISI = (*_OUVERT, P.ETAPE, P.CHOIX)
_SIGNABLE = (
    P.CHOIX_CONFORME, P.LIEU_ACCEPTE, P.AUTORISATION, P.RESERVES, P.EFVP, P.BUDGET_SUFFISANT
)  # fmt: skip

PREALABLES: Final[Mapping[Geste, tuple[Prealable, ...]]] = {
    Geste.BESOINS: (*_OUVERT, P.ETAPE),
    Geste.EFVP: (*_OUVERT, P.BESOINS),
    Geste.CONSULTATION: _BESOINS,
    Geste.PRECISION: _CONFORMITE,
    Geste.REPONSE: _CONFORMITE,
    Geste.BANC_ESSAI: _CONFORMITE,
    Geste.CONFORMITE: _CONFORMITE,
    Geste.SCENARIO: (*_CONFORMITE, P.CONFORMITE),
    Geste.CHOIX: (*_CONFORMITE, P.CONFORMITE, P.SCENARIO_CONFORME, P.OFFRES_COMPAREES),
    Geste.AUTORISATION: (*_OUVERT, P.CHOIX),
    Geste.REDDITION: (P.AUTORISE, P.AVEC_SUITE),
    Geste.CONTACT: (*_CHOISI, P.CHOIX_CONFORME, P.LIEU_ACCEPTE),
    Geste.INFORMATIONS: (*_CHOISI, P.CONTACT),
    Geste.RENCONTRE: (
        *_CHOISI, P.CONTACT, P.INFORMATIONS, P.CHOIX_CONFORME, P.LIEU_ACCEPTE, P.AUTORISATION,
        P.EFVP,
    ),
    Geste.BUDGET: _CHOISI,
    Geste.CONFIRMATION: (*_CHOISI, P.RENCONTRE, P.BUDGET),
    Geste.ADMISSIBILITE: (*_CHOISI, P.CONFIRMATION),
    Geste.PREPARATION: (*_CHOISI, P.CONFIRMATION, P.ADMISSIBILITE, P.EFVP, P.BUDGET),
    Geste.SIGNATURE_CLIENT: (
        *_CHOISI, P.PREPARATION, P.CONFIRMATION, P.ADMISSIBILITE, P.EFVP, P.BUDGET
    ),
    Geste.REFUS_FOURNISSEUR: (P.EN_COURS, P.SIGNATURE_CLIENT),
    Geste.CONCLUSION: (P.EN_COURS, P.SIGNATURE_CLIENT),
    Geste.RETOUR: _OUVERT,
    Geste.CLOTURE: _OUVERT,
}  # fmt: skip
"""Ce qui doit être vrai avant chaque geste; la table est totale."""

_COMPTES: Final = {P.AUTORISATION, P.BUDGET_SUFFISANT, P.BUDGET_DU_CONTRAT}
"""Ceux dont le refus dit les prix."""

LAISSE: Final[Mapping[Geste, tuple[Prealable, ...]]] = {
    Geste.CHOIX: (P.CHOIX_CONFORME, P.LIEU_ACCEPTE, P.RESERVES, P.JUSTIFICATIONS),
    Geste.BUDGET: (P.BUDGET_DU_CONTRAT,),
    Geste.CONFIRMATION: (
        P.CHOIX_CONFORME, P.LIEU_ACCEPTE, P.AUTORISATION, P.RESERVES, P.JUSTIFICATIONS,
        P.BUDGET_SUFFISANT,
    ),
    Geste.PREPARATION: _SIGNABLE,
    Geste.SIGNATURE_CLIENT: _SIGNABLE,
}  # fmt: skip
"""Ce que les gestes qui rechiffrent les scénarios doivent laisser vrai : CI-15 se rejoue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manque:
    """Un préalable qu'un geste attend encore."""

    geste: Geste
    prealable: Prealable
    regle: str
    texte: str
    offres: tuple[UUID, ...] = ()
    """Les offres en cause, s'il y en a."""


def manque(
    geste: Geste,
    dossier: Dossier,
    circonstances: Circonstances,
    table: Mapping[Geste, tuple[Prealable, ...]] = PREALABLES,
) -> tuple[Manque, ...]:
    """Ce que ce geste attend encore; rien s'il se peut."""
    return tuple(
        Manque(
            geste=geste,
            prealable=p,
            regle=REGLES[p].regle,
            texte=REGLES[p].texte,
            offres=REGLES[p].offres(dossier),
        )
        for p in table.get(geste, ())
        if not (
            _a_son_etape(geste, dossier)
            if p is Prealable.ETAPE
            else REGLES[p].tenue(dossier, circonstances)
        )
    )


def avancer(
    dossier: Dossier, contenu: Contenu, circonstances: Circonstances, acte: Acte
) -> Dossier:
    """Le dossier et ce geste de plus : le seul passage.

    Lève `Conflit`, avec la règle du premier préalable qui manque, avant le geste ou après lui.
    """
    geste = GESTES[type(contenu)][0]
    exiger(geste, dossier, circonstances)
    exiger_coherent(dossier, contenu, acte, rcti=circonstances.assujetti_rcti)
    avance = dossier.poser(contenu, acte)
    _exiger(geste, manque(geste, avance, circonstances, LAISSE), avance)
    return avance


def exiger(geste: Geste, dossier: Dossier, circonstances: Circonstances) -> None:
    """Lève `Conflit`, avec la règle du premier préalable qui manque à ce geste."""
    _exiger(geste, manque(geste, dossier, circonstances), dossier)


def _a_son_etape(geste: Geste, dossier: Dossier) -> bool:
    """Faux si un acte d'une étape suivante vaut déjà : on y revient d'abord."""
    etape, atteinte = ETAPES[geste], dossier.atteinte
    return etape is None or atteinte is None or atteinte <= etape


def _exiger(geste: Geste, manques: tuple[Manque, ...], dossier: Dossier) -> None:
    if not manques:
        return
    premier = manques[0]
    details: dict[str, Any] = {
        "geste": geste,
        "etape": dossier.etape,
        "manque": [
            {
                "prealable": m.prealable,
                "regle": m.regle,
                "texte": m.texte,
                "offres": [str(offre) for offre in m.offres],
            }
            for m in manques
        ],
    }
    if any(m.prealable in _COMPTES for m in manques):
        details |= _prix(dossier)
    if any(m.prealable is P.RESERVES for m in manques):
        details["reserves"] = [_dite(r) for r in sans_motif(dossier)]
    raise Conflit(f"Il manque un préalable : {premier.texte}", regle=premier.regle, details=details)


def _prix(dossier: Dossier) -> dict[str, str]:
    """Le total du scénario choisi, le plus bas, et leur écart."""
    choisi, comparaison = dossier.choisi, dossier.comparaison
    total = comparaison.totaux.get(choisi.id) if choisi else None
    if choisi is None or total is None:
        return {}
    return {
        "total": str(total),
        "plus_bas": str(comparaison.prix_plus_bas),
        "ecart": str(comparaison.ecart(choisi.id)),
    }


def _dite(reserve: Reserve) -> dict[str, Any]:
    """Une réserve, telle qu'un refus la montre."""
    return {
        "offre_id": str(reserve.offre_id),
        "avec": [str(offre) for offre in reserve.avec],
        "fournisseur_id": str(reserve.fournisseur_id),
        "plancher": str(reserve.plancher),
        "total": None if reserve.total is None else str(reserve.total),
        "choix": str(reserve.choix),
        "causes": list(reserve.causes),
        "composantes": list(reserve.composantes),
    }
