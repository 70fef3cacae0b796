"""L'épreuve : une histoire annoncée dans tous les ordres, ou dans un seul tiré au sort."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID, uuid5

from contrats import demandes as contrats
from demandes.demande.domaine.demande import Geste, Sorte, TempsTravaille
from demandes.demande.domaine.intentions import Intention
from demandes.itsm.domaine import ActeItsm, EtatActe
from demandes.ropn.domaine import Produit
from noyau import ActeNul, Conflit
from tests.oracle import naif
from tests.oracle.monde import CSC, SIGNATAIRE, Monde
from tests.oracle.naif import Dit
from tests.oracle.tirage import HUMAINS, Rectifie, Tirage

ESPACE: Final = UUID("00000000-0000-4000-8000-000000000000")
PRODUITS_DE: Final = {
    "poste_physique": ("PORTABLE-14", "LOGICIEL-X"),
    "logiciel": ("NOYAU",),
    "amenagement_utilisateur": (),
}
TARD: Final = timedelta(days=200)
"""Combien de temps après la fin arrive ce qui est en retard : des mois."""


def _produit(code: str, sorte: str, *tarifs: str) -> Produit:
    return Produit(
        code=code,
        libelle=code,
        sorte=sorte,
        statut="actif",
        noyau=not tarifs,
        normalise=True,
        gamme="ordinaire",
        reserve_hauts_dirigeants=False,
        tarifs=tarifs,
    )


PRODUITS: Final = {
    "PORTABLE-14": _produit("PORTABLE-14", "materiel", "POSTE-03"),
    "LOGICIEL-X": _produit("LOGICIEL-X", "logiciel", "PRODUIT", "INSTALLATION"),
    "NOYAU": _produit("NOYAU", "logiciel"),
}


class Desaccord(AssertionError):
    """Deux lectures de la même histoire diffèrent."""


@dataclass(frozen=True, slots=True)
class Arrivee:
    """Ce qui arrive : un acte de l'histoire, par son rang, ou une rectification."""

    rang: int
    rectifie: Rectifie | None = None


def demande_de(tirage: Tirage) -> UUID:
    return uuid5(ESPACE, f"demande-{tirage.graine}")


Batir = Callable[[Mapping[str, Produit]], Monde]
"""De quoi bâtir un monde; celui du produit, ou celui d'un mutant."""


def monde_neuf(tirage: Tirage, batir: Batir = Monde) -> Monde:
    """Le brouillon, et rien d'autre."""
    monde = batir(PRODUITS)
    sorte = tirage.histoire.sorte
    creation = tirage.histoire.dits[0].le - timedelta(hours=1)
    monde.creer(demande_de(tirage), Sorte(sorte), PRODUITS_DE[sorte], creation)
    return monde


def arriver(monde: Monde, tirage: Tirage, arrivee: Arrivee, *, double: int = 0) -> EtatActe:
    """Fait arriver l'acte : une personne le pose, l'ITSM l'annonce; lève le refus."""
    tard = tirage.histoire.dits[-1].le + TARD
    if arrivee.rectifie is not None:
        justes = {_acte_id(monde, tirage, r): juste for r, juste in arrivee.rectifie.justes}
        monde.rectifier(demande_de(tirage), justes, tard)
        return EtatActe.APPLIQUE
    dit = tirage.histoire.dits[arrivee.rang]
    if dit.quoi in HUMAINS:
        acteur = SIGNATAIRE if dit.quoi in {"approbation", "refus"} else CSC
        monde.poser(_intention(monde, tirage, dit), dit.le, acteur)
        return EtatActe.APPLIQUE
    voulu = _intention(monde, tirage, dit)
    annonce = ActeItsm(
        id=f"{arrivee.rang}-{double}",
        demande_id=voulu.demande_id,
        geste=voulu.geste,
        survenu_le=dit.le,
        motif=voulu.motif,
        article_id=voulu.article_id,
        travaux=voulu.travaux,
    )
    return monde.annoncer(annonce, tard)


def _intention(monde: Monde, tirage: Tirage, dit: Dit) -> Intention:
    demande_id = demande_de(tirage)
    articles = [article.id for article in monde.dossiers[demande_id].brouillon.articles]
    travaux: tuple[TempsTravaille, ...] = ()
    if dit.minutes is not None and dit.tarif is not None:
        travaux = (TempsTravaille(tarif=dit.tarif, minutes=dit.minutes, reference=dit.reference),)
    return Intention(
        demande_id=demande_id,
        geste=Geste(dit.quoi),
        survenu_le=None if dit.quoi in {"soumission", "approbation", "refus"} else dit.le,
        motif="motif",
        article_id=articles[dit.article] if dit.quoi == "livraison" and dit.article is not None
        else None,
        articles=frozenset(articles[a] for a in dit.rouverts) or None,
        travaux=travaux,
    )  # fmt: skip


def _acte_id(monde: Monde, tirage: Tirage, rang: int) -> UUID:
    """L'identité que demandes a donnée à un acte, trouvée par ce qu'il dit."""
    dit = tirage.histoire.dits[rang]
    demande = monde.dossiers[demande_de(tirage)]
    for pose in demande.histoire.actes:
        memes = pose.geste == dit.quoi and pose.annonce_le == dit.le
        if dit.quoi == "livraison":
            memes &= pose.article_id == demande.brouillon.articles[int(dit.article or 0)].id
        if pose.travail is not None:
            memes &= (pose.travail.tarif, pose.travail.minutes) == (dit.tarif, dit.minutes)
            memes &= pose.travail.reference == dit.reference
        if memes:
            return pose.acte_id
    raise Conflit("L'acte n'est pas encore inscrit.")


def arrivees(tirage: Tirage) -> list[Arrivee]:
    """Tout ce qui arrivera : les actes, puis ce qui les rectifie."""
    actes = [Arrivee(rang) for rang in range(len(tirage.histoire.dits))]
    rectifie = [Arrivee(-1 - n, r) for n, r in enumerate(tirage.rectifications)]
    return actes + rectifie


def peuvent_arriver(tirage: Tirage, restent: frozenset[Arrivee]) -> list[Arrivee]:
    """Ce qui peut arriver maintenant : une personne n'agit jamais en retard.

    Un acte de machine survenu après l'acte d'une personne n'arrive pas avant lui; une rectification
    suit les actes qu'elle vise.
    """
    rangs = {arrivee.rang for arrivee in restent if arrivee.rectifie is None}
    humain = min((r for r in rangs if tirage.histoire.dits[r].quoi in HUMAINS), default=None)
    return sorted(
        (
            arrivee
            for arrivee in restent
            if (
                all(r not in rangs for r, _ in arrivee.rectifie.justes)
                if arrivee.rectifie is not None
                else humain is None or arrivee.rang <= humain
            )
        ),
        key=lambda a: a.rang,
    )


Vue = tuple[object, ...]


def vue(monde: Monde, tirage: Tirage) -> Vue:
    """Ce qu'on voit du monde : la demande, son histoire, ce qui attend, ce qui est publié."""
    dossier = monde.dossiers[demande_de(tirage)]
    demande = dossier.demande
    return (
        demande.etat,
        demande.completee_le,
        tuple((a.livre_le, frozenset(a.travaux)) for a in demande.articles),
        frozenset((p.acte_id, p.survenu_le) for p in dossier.histoire.valant),
        frozenset(
            (a.geste, a.survenu_le, a.article_id, a.travaux)
            for a in monde.actes.values()
            if a.sort is EtatActe.DIFFERE
        ),
        tuple(sorted(effectifs(monde).items())),
    )


def effectifs(monde: Monde) -> Mapping[UUID, tuple[str, datetime]]:
    """Les événements publiés qui valent, à leur heure juste : ce qu'un autre service en sait."""
    valent: dict[UUID, tuple[str, datetime]] = {}
    for fait, evenement in monde.publies:
        if isinstance(evenement, contrats.ActeRectifie):
            if evenement.survenu_le is None:
                valent.pop(evenement.acte_id, None)
            else:
                valent[evenement.acte_id] = (evenement.acte, evenement.survenu_le)
        elif fait.acte_id is None or fait.acte_id in valent:
            raise Desaccord(f"Un acte sans identité, ou publié deux fois : {evenement.TYPE}.")
        else:
            valent[fait.acte_id] = (evenement.TYPE, fait.survenu_le)
    return valent


def explorer(tirage: Tirage) -> list[Monde]:
    """Les mondes où mènent tous les ordres d'arrivée : un seul, si l'arrivée ne compte pas.

    Deux ordres partiels qui mènent à la même vue ne s'explorent qu'une fois : c'est ce qui rend
    possible de les essayer tous.
    """
    debut = frozenset(arrivees(tirage))
    etages: dict[tuple[frozenset[Arrivee], Vue], Monde] = {}
    depart = monde_neuf(tirage)
    etages[debut, vue(depart, tirage)] = depart
    fins: dict[Vue, Monde] = {}
    while etages:
        suivants: dict[tuple[frozenset[Arrivee], Vue], Monde] = {}
        for (restent, vu), monde in etages.items():
            if not restent:
                fins[vu] = monde
            for reste, suivant in _pas(tirage, monde, restent):
                suivants[reste, vue(suivant, tirage)] = suivant
        etages = suivants
    return list(fins.values())


def _pas(
    tirage: Tirage, monde: Monde, restent: frozenset[Arrivee]
) -> Iterator[tuple[frozenset[Arrivee], Monde]]:
    """Chaque arrivée possible; celle d'une personne que l'état refuse se fera plus tard."""
    avance = False
    for arrivee in peuvent_arriver(tirage, restent):
        suivant = monde.copie()
        try:
            arriver(suivant, tirage, arrivee)
        except Conflit as refus:
            if not _attend_son_heure(tirage, arrivee):
                raise Desaccord(
                    f"Refusé : {tirage.histoire.dits[arrivee.rang]} ({refus})"
                ) from refus
            continue
        avance = True
        yield restent - {arrivee}, suivant
    if restent and not avance:
        raise Desaccord("Plus rien ne peut arriver.")


def _attend_son_heure(tirage: Tirage, arrivee: Arrivee) -> bool:
    """Vrai de ce qu'une personne pose au vu de l'état : elle y revient."""
    return arrivee.rectifie is not None or tirage.histoire.dits[arrivee.rang].quoi in HUMAINS


def jouer(tirage: Tirage, hasard: Random, batir: Batir = Monde) -> Monde:
    """Un ordre d'arrivée tiré au sort, où l'ITSM se répète sous d'autres identifiants."""
    monde, restent, faites = monde_neuf(tirage, batir), frozenset(arrivees(tirage)), list[Arrivee]()
    tours = 0
    while restent:
        tours += 1
        arrivee = hasard.choice(peuvent_arriver(tirage, restent))
        try:
            arriver(monde, tirage, arrivee)
        except Conflit as refus:
            if tours > 200 or not _attend_son_heure(tirage, arrivee):
                raise Desaccord(f"Refusé : {arrivee} ({refus})") from refus
            continue
        restent -= {arrivee}
        faites.append(arrivee)
        if hasard.random() < 0.3:
            _repeter(monde, tirage, hasard.choice(faites), tours)
    return monde


def _repeter(monde: Monde, tirage: Tirage, arrivee: Arrivee, double: int) -> None:
    """Le même acte, sous un autre identifiant : le même fait."""
    avant = vue(monde, tirage), len(monde.publies)
    if arrivee.rectifie is None and tirage.histoire.dits[arrivee.rang].quoi in HUMAINS:
        return
    try:
        arriver(monde, tirage, arrivee, double=double)
    except ActeNul:
        return
    except Conflit as refus:
        raise Desaccord(f"Répété, l'acte est refusé : {refus}.") from refus
    if (vue(monde, tirage), len(monde.publies)) != avant:
        raise Desaccord(f"Répété, l'acte a un effet de plus : {arrivee}.")


def confronter(tirage: Tirage, monde: Monde) -> None:
    """Demandes et le pli naïf disent la même demande, et les mêmes événements; ou `Desaccord`."""
    finale = tirage.finale
    pli = naif.plier(finale)
    demande = monde.dossiers[demande_de(tirage)].demande
    livres = pli.livres or {}
    attendu = (pli.etat, [livres.get(rang) for rang in range(len(finale.articles))])
    trouve = (demande.etat.value, [article.livre_le for article in demande.articles])
    if attendu != trouve:
        raise Desaccord(f"Demande : {trouve}, et le pli naïf : {attendu}.")
    attendus, trouves = naif.publies(finale), sorted(effectifs(monde).values())
    if attendus != trouves:
        raise Desaccord(f"Événements : {trouves}, et le pli naïf : {attendus}.")
    if any(acte.sort is EtatActe.DIFFERE for acte in monde.actes.values()):
        raise Desaccord("Un acte attend encore.")


def histoire_inscrite(tirage: Tirage, monde: Monde) -> naif.Histoire:
    """Ce que demandes a inscrit et qui vaut, relu pour le pli naïf."""
    dossier = monde.dossiers[demande_de(tirage)]
    rangs = {article.id: rang for rang, article in enumerate(dossier.brouillon.articles)}
    dits = tuple(
        Dit(
            pose.geste.value,
            pose.annonce_le,
            article=rangs.get(pose.article_id) if pose.article_id else None,
            tarif=pose.travail.tarif if pose.travail else None,
            minutes=pose.travail.minutes if pose.travail else None,
            reference=pose.travail.reference if pose.travail else None,
            rouverts=tuple(sorted(rangs[article] for article in pose.articles)),
            vrai=pose.survenu_le,
        )
        for pose in dossier.histoire.valant
    )
    return replace(tirage.histoire, dits=dits)


def contredire(tirage: Tirage, hasard: Random) -> tuple[Tirage, Monde, int]:
    """Une histoire où l'on glisse des actes de trop : le premier inscrit tient.

    Rend le tirage dont l'histoire est ce que demandes a gardé, le monde, et le nombre de refus.
    Lève `Desaccord` si un refus ne nomme pas un acte inscrit, ou si un acte inscrit disparaît.
    """
    de_trop = tuple(_de_trop(tirage, hasard) for _ in range(hasard.randint(1, 3)))
    dits = sorted({d.cle: d for d in (*tirage.histoire.dits, *de_trop)}.values(),
                  key=lambda d: (d.le, naif.CYCLE.index(d.quoi)))  # fmt: skip
    charge = replace(tirage, histoire=replace(tirage.histoire, dits=tuple(dits)), rectifications=())
    monde, restent, refus = monde_neuf(charge), frozenset(arrivees(charge)), 0
    while restent:
        arrivee = hasard.choice(peuvent_arriver(charge, restent))
        restent -= {arrivee}
        inscrits = _inscrits(charge, monde)
        try:
            arriver(monde, charge, arrivee)
        except Conflit as refuse:
            refus += 1
            nomme = refuse.details.get("acte_contredit")
            if inscrits and (not isinstance(nomme, dict) or UUID(nomme["id"]) not in inscrits):
                raise Desaccord(f"Le refus ne nomme pas d'acte inscrit : {refuse}.") from refuse
        if not inscrits <= _inscrits(charge, monde):
            raise Desaccord("Un acte inscrit a disparu.")
    return replace(charge, histoire=histoire_inscrite(charge, monde)), monde, refus


def _inscrits(tirage: Tirage, monde: Monde) -> set[UUID]:
    return {pose.acte_id for pose in monde.dossiers[demande_de(tirage)].histoire.actes}


def _de_trop(tirage: Tirage, hasard: Random) -> Dit:
    """Un acte de machine quelconque, à un instant voisin de ceux de l'histoire."""
    instant = hasard.choice(tirage.histoire.dits).le + timedelta(
        hours=hasard.choice((-7, 0, 3, 30))
    )
    quoi = hasard.choice(("prise_en_charge", "suspension", "reprise", "livraison"))
    article = hasard.randrange(len(tirage.histoire.articles)) if quoi == "livraison" else None
    return Dit(quoi, instant, article=article)


def confronter_inscrits(tirage: Tirage, monde: Monde) -> None:
    """Ce qui est inscrit se suit, et demandes le publie tel quel; ou `Desaccord`."""
    try:
        pli = naif.plier(tirage.histoire)
    except naif.Impossible as impossible:
        raise Desaccord(f"Ce qui est inscrit ne se suit pas : {impossible}.") from impossible
    demande = monde.dossiers[demande_de(tirage)].demande
    if demande.etat.value != pli.etat:
        raise Desaccord(f"Demande : {demande.etat}, et le pli naïf : {pli.etat}.")
    attendus, trouves = naif.publies(tirage.histoire), sorted(effectifs(monde).values())
    if attendus != trouves:
        raise Desaccord(f"Événements : {trouves}, et le pli naïf : {attendus}.")


def annoncer_avant_l_approbation(tirage: Tirage, batir: Batir = Monde) -> int:
    """Annonce chaque acte de machine avant que quiconque ait approuvé; rend combien.

    Lève `Desaccord` si l'un n'est pas refusé : rien n'attend une approbation (DEM-12).
    """
    if not tirage.histoire.approbation:
        return 0
    monde, annonces = monde_neuf(tirage, batir), 0
    arriver(monde, tirage, Arrivee(0))
    for rang, dit in enumerate(tirage.histoire.dits):
        if dit.quoi not in HUMAINS:
            annonces += 1
            try:
                arriver(monde, tirage, Arrivee(rang))
            except Conflit:
                continue
            raise Desaccord(f"Accepté avant l'approbation : {dit}.")
    return annonces
