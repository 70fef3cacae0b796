"""La mise à niveau sous charge : N−1 et N côte à côte, puis le retour à N−1 sur le schéma de N.

Les demandes reçoivent le trafic; la facturation les écoute. Un acte accepté a un fait au bus et un
effet chez qui l'écoute, un seul, quelle que soit la version qui l'a accepté, porté ou reçu.
"""

import os
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from calendrier import lire_versions
from catalogue.calendriers.adaptateurs.conversion import evenement
from contrats import catalogue
from contrats import demandes as faits_des_demandes
from outils.essais.bus import lire_le_bus
from socle.bus.enveloppe import Message
from socle.horloge import horloge_systeme
from tests.exercices.arbre import VARIABLE, Arbre, dependances_changees
from tests.exercices.defauts import ExerciceManque, exiger
from tests.exercices.flotte import Flotte, Replique
from tests.exercices.mandataire import PRODUIT, Trafic
from tests.exercices.producteurs import Producteurs
from tests.exercices.resultats import Mesure

SERVICES = ("demandes", "facturation")
SUJET = "sbg.demandes.v1"
CREEE = faits_des_demandes.DemandeCreee.TYPE
_INSTALLE = faits_des_demandes.LogicielInstalle.TYPE
_ATTENTES = (
    "SELECT (SELECT count(*) FROM socle_rebuts) + (SELECT count(*) FROM socle_stationnement)"
)


async def preparer(flotte: Flotte, arbre: Arbre, trafic: Trafic) -> list[Replique]:
    """Met cette version en service sur des bases à son schéma, avec de quoi demander."""
    await flotte.migrer(arbre)
    produit = catalogue.ProduitInscrit(
        code=PRODUIT, libelle="Lecteur", categorie="Essai", sorte="logiciel", statut="actif",
        noyau=False, normalise=True, tarifs=(),
    )  # fmt: skip
    # Le calendrier de la mise en route, que le catalogue republie à l'identique.
    calendriers = map(evenement, lire_versions())
    await Producteurs(flotte.bus).publier([*calendriers, produit], horloge_systeme())
    repliques = await _mettre(flotte, arbre)
    connus = "SELECT nullif(count(*), 1) FROM produits"
    await flotte.attendre(lambda: flotte.valeur("demandes", connus), "produit reçu")
    await trafic.inscrire()
    return repliques


async def jouer(flotte: Flotte, trafic: Trafic) -> list[Mesure]:
    """Joue la mise à niveau et le retour; lève `ExerciceManque` si une justesse manque."""
    avant = version_d_avant(flotte.dossier / "n_moins_1", os.environ.get(VARIABLE))
    apres = Arbre.n()
    print(f"  {avant.nom}; dépendances changées depuis : {_changees(avant)}", flush=True)
    anciennes = await preparer(flotte, avant, trafic)
    durees: dict[str, float] = {}
    async with trafic.en_continu():
        await trafic.durer(2)
        debut = time.monotonic()
        await flotte.migrer(apres)
        durees["migration"] = time.monotonic() - debut
        neuves = await _glisser(flotte, trafic, anciennes, apres)
        durees["aller"] = time.monotonic() - debut
        await trafic.durer(2)
        debut = time.monotonic()
        await _glisser(flotte, trafic, neuves, avant)
        durees["retour"] = time.monotonic() - debut
        await trafic.durer(2)
    await juger(flotte, trafic)
    servies = trafic.mandataire.servies
    deux = len(servies) == 2 and min(servies.values()) > 50
    exiger(deux, f"une version n'a presque rien servi : {servies}")
    return [
        Mesure("mise à niveau : migration, N−1 en service", durees["migration"], "s"),
        Mesure("mise à niveau : N−1 à N, migration comprise", durees["aller"], "s"),
        Mesure("mise à niveau : retour de N à N−1, schéma de N", durees["retour"], "s"),
        Mesure("mise à niveau : requêtes servies, aucune relancée", servies.total(), ""),
        Mesure("mise à niveau : refusées ou rompues", len(trafic.refus), "", 0),
        Mesure("mise à niveau : actes acceptés, perdus ou doublés", 0, "", 0),
    ]


def version_d_avant(vers: Path, voulu: str | None) -> Arbre:
    """N−1; d'un clone sans histoire, N lui-même, et c'est dit : ni schéma ni code d'avant.

    Lève `ExerciceManque` si le commit voulu ne se trouve pas.
    """
    try:
        return Arbre.n_moins_1(SERVICES, voulu, vers)
    except ExerciceManque as manque:
        if voulu:
            raise
        print(f"  ! {manque}\n  ! À défaut, N se remplace lui-même.", flush=True)
        return Arbre("N, faute d'histoire")


def _changees(avant: Arbre) -> str:
    if not avant.sources:
        return "sans objet"
    return ", ".join(dependances_changees(avant.commit)) or "aucune"


async def _mettre(flotte: Flotte, arbre: Arbre) -> list[Replique]:
    """Une réplique de chaque service, de cette version, en service."""
    repliques = [flotte.lancer(nom, arbre) for nom in SERVICES]
    await flotte.mettre_en_service(*repliques)
    return repliques


async def _glisser(
    flotte: Flotte, trafic: Trafic, de: Sequence[Replique], vers: Arbre
) -> list[Replique]:
    """Met une version à côté de l'autre, laisse les deux servir, puis retire l'autre."""
    neuves = await _mettre(flotte, vers)
    await trafic.durer(2)
    await flotte.retirer(*de)
    return neuves


async def juger(flotte: Flotte, trafic: Trafic) -> None:
    """Lève `ExerciceManque` si un acte accepté manque, se double, ou si une requête a échoué."""
    exiger(not trafic.refus, f"{len(trafic.refus)} requêtes refusées, dont {trafic.refus[:3]}")
    exiger(not trafic.autrement, f"{trafic.autrement} réponses gardées rendues autrement")
    await _attendre_les_effets(flotte, trafic)
    for nom in flotte.acces:
        exiger(not await flotte.valeur(nom, _ATTENTES), f"{nom} : des rebuts ou des stationnés")
    messages = await lire_le_bus(flotte.bus, SUJET)
    exiger_sans_trou(messages)
    creees, livrees = set(trafic.creees), trafic.livrees
    for genre, voulues in ((CREEE, creees), (_INSTALLE, livrees)):
        dites = Counter(m.cle for m in messages if m.type == genre)
        exiger(dites == Counter(voulues), f"{genre} au bus : {len(dites)}, pour {len(voulues)}")
    inscrites = await flotte.lire("facturation", "SELECT demande_id::text AS id FROM demandes")
    exiger({r["id"] for r in inscrites} == creees, "la facturation ne sait pas les mêmes demandes")
    existent = await flotte.valeur("demandes", "SELECT count(*) FROM demandes")
    exiger(existent == len(creees), f"{existent} demandes, pour {len(creees)} acceptées")


async def _attendre_les_effets(flotte: Flotte, trafic: Trafic) -> None:
    """Attend que tout soit porté, et reçu."""
    voulus = len(trafic.creees) + len(trafic.livrees)

    async def manque() -> str | None:
        reste = await flotte.valeur("demandes", "SELECT count(*) FROM socle_outbox")
        recus = await flotte.valeur(
            "facturation",
            "SELECT (SELECT count(*) FROM demandes) + (SELECT count(*) FROM faits)",
        )
        return None if (reste, recus) == (0, voulus) else f"{reste} à porter, {recus} de {voulus}"

    await flotte.attendre(manque, "faits portés et reçus")


def exiger_sans_trou(messages: Sequence[Message]) -> None:
    """Lève `ExerciceManque` si une clé saute un rang, ou le redit."""
    rangs: dict[str, list[int]] = {}
    for message in messages:
        if message.sequence:
            rangs.setdefault(message.cle, []).append(message.sequence)
    troues = {c: r for c, r in rangs.items() if r != list(range(1, len(r) + 1))}
    exiger(not troues, f"séquences trouées ou redites : {troues}")
