"""Un indicateur que personne ne pourrait mesurer se refuse à la publication (CAT-9, SLA-10)."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from catalogue.fiches.domaine.annuaire import AnnuaireFaits, Nature, TypeConnu
from catalogue.fiches.domaine.contenu import Condition, Indicateur
from catalogue.fiches.domaine.erreurs import Erreur, dire, eprouver
from catalogue.fiches.domaine.sujets import (
    CALENDRIERS,
    DATE_CONVENUE,
    HORLOGES,
    JOURS,
    MINUTES,
    PLAGE,
    PLAGES,
    SUJETS,
    Sujet,
)
from noyau import TOUJOURS, Predicat, compatibles

_TYPES_NOMMES = ("suspend", "reprend", "ferme", "rouvre", "retire")


def verifier_indicateur(
    champ: str, indicateur: Indicateur, annuaire: AnnuaireFaits
) -> Iterator[Erreur]:
    """Tout ce qui empêche un indicateur d'être mesuré; sans délai, il est suivi, et reste vrai."""
    yield from _horloge(champ, indicateur)
    sujet = SUJETS.get(indicateur.sujet)
    if sujet is None:
        yield Erreur(f"{champ}.sujet", f"Les sujets connus : {dire(SUJETS)}.")
        return
    if indicateur.horloge in HORLOGES - sujet.horloges:
        yield Erreur(
            f"{champ}.horloge",
            f"Un sujet « {indicateur.sujet} » se mesure par : {dire(sorted(sujet.horloges))}.",
        )
    yield from _cycle(champ, indicateur, annuaire)
    yield from _bornes(champ, indicateur)
    yield from _predicats(champ, indicateur, _faits(indicateur, sujet, annuaire))


def _horloge(champ: str, indicateur: Indicateur) -> Iterator[Erreur]:
    if indicateur.horloge not in HORLOGES:
        yield Erreur(f"{champ}.horloge", f"Les horloges connues : {dire(sorted(HORLOGES))}.")
    if indicateur.calendrier not in CALENDRIERS:
        connus = dire(sorted(CALENDRIERS))
        yield Erreur(f"{champ}.calendrier", f"Les calendriers connus : {connus}.")
    delai, a_risque = indicateur.delai, indicateur.a_risque
    if delai is not None and indicateur.horloge in {DATE_CONVENUE, MINUTES}:
        yield Erreur(f"{champ}.delai", f"L'horloge « {indicateur.horloge} » n'a pas de délai.")
    if indicateur.cible is not None and delai is None and indicateur.horloge in JOURS:
        yield Erreur(f"{champ}.cible", "Sans délai, rien n'est jugé : pas de cible.")
    if a_risque is not None and (delai is None or a_risque >= delai):
        yield Erreur(f"{champ}.a_risque", "L'alerte précède l'échéance : moins que le délai.")


def _cycle(champ: str, indicateur: Indicateur, annuaire: AnnuaireFaits) -> Iterator[Erreur]:
    """Chaque événement nommé existe, et touche ce sujet."""
    nommes = [(f"ouvre[{n}].evenement", b.evenement) for n, b in enumerate(indicateur.ouvre)]
    for nom in _TYPES_NOMMES:
        nommes += [(f"{nom}[{n}]", type_) for n, type_ in enumerate(getattr(indicateur, nom))]
    for nom, type_ in nommes:
        connu = annuaire.de(type_)
        if connu is None:
            yield Erreur(f"{champ}.{nom}", f"Aucun événement ne se nomme « {type_} ».")
        elif indicateur.sujet not in connu.sujets:
            raison = f"« {type_} » ne touche aucun sujet « {indicateur.sujet} »."
            yield Erreur(f"{champ}.{nom}", raison)
    for n, borne in enumerate(indicateur.ouvre):
        if connu := annuaire.de(borne.evenement):
            yield from eprouver(f"{champ}.ouvre[{n}].si", borne.si, connu)


def _bornes(champ: str, indicateur: Indicateur) -> Iterator[Erreur]:
    """Une mesure s'ouvre et se ferme; une disponibilité court toujours."""
    if indicateur.horloge == MINUTES:
        for nom in ("ouvre", *_TYPES_NOMMES):
            if getattr(indicateur, nom):
                yield Erreur(f"{champ}.{nom}", f"L'horloge « {MINUTES} » court toujours.")
        return
    if not indicateur.ouvre:
        yield Erreur(f"{champ}.ouvre", "Aucun événement ne l'ouvre : rien ne se mesurerait.")
    if not indicateur.ferme:
        yield Erreur(f"{champ}.ferme", "Aucun événement ne le ferme : rien ne finirait.")
    yield from _fins(champ, indicateur)
    yield from _roles(champ, indicateur)
    if bool(indicateur.suspend) is not bool(indicateur.reprend):
        manque = "reprend" if indicateur.suspend else "suspend"
        yield Erreur(f"{champ}.{manque}", "Ce qui se suspend se reprend : dites les deux.")


def _fins(champ: str, indicateur: Indicateur) -> Iterator[Erreur]:
    """Ce qui fait naître un sujet vient avant tout ce qui l'ouvre : il n'en ferme rien."""
    avant = set(SUJETS[indicateur.sujet].naissance) - {b.evenement for b in indicateur.ouvre}
    if indicateur.ferme and avant.issuperset(indicateur.ferme):
        yield Erreur(
            f"{champ}.ferme",
            f"{dire(sorted(indicateur.ferme))} fait naître le sujet : rien ne finirait.",
        )


def _roles(champ: str, indicateur: Indicateur) -> Iterator[Erreur]:
    """Un événement ne fait qu'une chose à une mesure; ce qui rouvre peut aussi reprendre."""
    roles = {"ouvre": {b.evenement for b in indicateur.ouvre}}
    roles |= {nom: set(getattr(indicateur, nom)) for nom in _TYPES_NOMMES}
    for un, autre in combinations(roles, 2):
        deux = roles[un] & roles[autre]
        if deux and {un, autre} != {"reprend", "rouvre"}:
            quoi = f"{dire(sorted(deux))} {un} et {autre} à la fois."
            yield Erreur(f"{champ}.{autre}", quoi)


def _faits(indicateur: Indicateur, sujet: Sujet, annuaire: AnnuaireFaits) -> TypeConnu:
    """Ce que l'on sait d'un sujet : ce que disent sa naissance et ce qui l'ouvre."""
    faits: dict[str, Nature] = {}
    for type_ in (*(b.evenement for b in indicateur.ouvre), *sujet.naissance):
        if connu := annuaire.de(type_):
            faits |= connu.faits
    if sujet.plages:
        faits[PLAGE] = Nature.TEXTE
    return TypeConnu(faits=faits)


def _predicats(champ: str, indicateur: Indicateur, faits: TypeConnu) -> Iterator[Erreur]:
    yield from eprouver(f"{champ}.couvre", indicateur.couvre, faits)
    couverts = TOUJOURS if indicateur.couvre is None else indicateur.couvre
    for n, condition in enumerate(indicateur.conditions):
        yield from _condition(f"{champ}.conditions[{n}]", condition, couverts, faits)
    fois = Counter(c.code for c in indicateur.conditions)
    for n, condition in enumerate(indicateur.conditions):
        if fois[condition.code] > 1:
            raison = f"La condition « {condition.code} » est dite {fois[condition.code]} fois."
            yield Erreur(f"{champ}.conditions[{n}].code", raison)


def _condition(
    champ: str, condition: Condition, couverts: Predicat, faits: TypeConnu
) -> Iterator[Erreur]:
    for nom, predicat in (("exclut", condition.exclut), ("signale", condition.signale)):
        lieu = f"{champ}.{nom}"
        fautes = [*eprouver(lieu, predicat, faits), *_plages(lieu, predicat)]
        yield from fautes
        if predicat is not None and not fautes and not compatibles(predicat, couverts):
            yield Erreur(lieu, "Aucun sujet que l'indicateur couvre n'y répondrait.")


def _plages(champ: str, predicat: Predicat | None) -> Iterator[Erreur]:
    """Un genre de plage que nul calendrier ne dit n'exclurait jamais rien."""
    for comparaison in () if predicat is None else predicat.comparaisons:
        if comparaison.fait == PLAGE and not any(map(comparaison.admet, PLAGES)):
            yield Erreur(champ, f"Les genres de plage connus : {dire(sorted(PLAGES))}.")
