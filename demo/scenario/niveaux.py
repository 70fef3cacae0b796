"""Ce qui éprouve la mesure : pannes, date convenue, exclusion, mois fermé."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from demo.scenario.agenda import Acte
from demo.scenario.autour import Introuvable
from demo.scenario.clients import AGENT, CATALOGUE, MESURE, Clients, Document, Personne
from demo.scenario.joueur import Joueur
from demo.scenario.lecture import Scenario, a_quebec

CALENDRIER = "fonction_publique"
PATIENCE_S = 60.0


@dataclass(slots=True)
class Niveaux:
    """Joue niveaux.toml, et attend ce que les tâches de la mesure en font."""

    clients: Clients
    scenario: Scenario
    joueur: Joueur
    dates: list[str] = field(default_factory=list)
    """Les dates proposées pour le secteur, par identifiant."""
    exclusion_id: str = ""
    recalcul: Document = field(default_factory=dict)

    @property
    def periode(self) -> str:
        return str(self.scenario.mois)

    @property
    def rapporte(self) -> str:
        """L'organisme dont on montre le rapport."""
        organisme: str = self.scenario.niveaux["expliquer"]["organisme"]
        return organisme

    def actes(self) -> Iterator[Acte]:
        """Les actes datés de niveaux.toml, à poser."""
        donnees = self.scenario.niveaux
        for rang, panne in enumerate(donnees["indisponibilites"], start=1):
            faire = partial(self._constater, panne, rang)
            yield _acte(panne["le"], "indisponibilité constatée", faire)
        for rang, date in enumerate(donnees["secteur"]["dates"]):
            proposer, accepter = (partial(f, date, rang) for f in (self._proposer, self._accepter))
            yield _acte(date["le"], "date proposée", proposer)
            yield _acte(date["acceptee_le"], "date acceptée", accepter)
        yield _acte(donnees["exclusion"]["le"], "exclusion prononcée", self._exclure)
        yield _acte(donnees["fermeture"]["le"], "mois fermé", self._attendre_fermeture)
        recalcul = donnees["recalcul"]
        yield _acte(recalcul["le"], "mois corrigé, calendrier simulé", self._recalculer)

    async def _constater(self, panne: Mapping[str, Any], rang: int) -> None:
        instants = {
            nom: a_quebec(panne[nom]).astimezone(UTC).isoformat() for nom in ("debut", "fin")
        }
        corps = {nom: valeur for nom, valeur in panne.items() if nom != "le"} | instants
        await self._poster("indisponibilites", corps, f"indisponibilite-{rang}")

    async def _proposer(self, date: Mapping[str, Any], rang: int) -> None:
        corps = {"date_convenue": date["date"], "motif": date.get("motif")}
        propose = await self.clients.poster(
            "demandes",
            self.chemin_des_dates,
            corps,
            qui=self._partie(date["propose"]),
            cle=f"date-{rang}",
        )
        self.dates.append(propose["id"])

    async def _accepter(self, date: Mapping[str, Any], rang: int) -> None:
        await self.clients.poster(
            "demandes",
            f"{self.chemin_des_dates}/{self.dates[rang]}/acceptation",
            {},
            qui=self._partie(date["accepte"]),
            cle=f"date-{rang}-acceptee",
        )

    @property
    def chemin_des_dates(self) -> str:
        """Où se lisent et se proposent les dates du secteur."""
        cle = self.scenario.niveaux["secteur"]["demande"]
        return f"demandes/{self.joueur.demandes[cle]['id']}/dates-convenues"

    def _partie(self, nom: str) -> Personne:
        if nom == "mcn":
            return AGENT
        organisme = self.scenario.niveaux["secteur"]["demande"].partition("-")[0]
        return Personne("gestionnaire", organisme, f"gestionnaire-{organisme}")

    async def _exclure(self) -> None:
        donnees = self.scenario.niveaux["exclusion"]
        mesure = await self.mesure(donnees["demande"])
        corps = {nom: donnees[nom] for nom in ("condition", "motif", "preuve")}
        prononcee = await self._poster(
            "exclusions", {"mesure_id": mesure["id"], **corps}, "exclusion"
        )
        self.exclusion_id = prononcee["id"]

    async def mesure(self, cle: str) -> Document:
        """La seule mesure de cette demande."""
        sujet = self.joueur.demandes[cle]["id"]
        (lue,) = await self.clients.lister("sla", "mesures", qui=MESURE, sujet=sujet)
        return lue

    async def attendre_minutes(self) -> None:
        """Attend que les minutes du mois soient comptées jusqu'à son dernier jour."""
        dernier = str(self.scenario.mois.fin - timedelta(days=1))

        async def comptees() -> bool:
            lues = await self.lister("disponibilites")
            return bool(lues) and all(lue["jusqua"] == dernier for lue in lues)

        await _attendre(comptees, "Les minutes du mois ne se comptent pas.")

    async def _attendre_fermeture(self) -> None:
        async def fermee() -> bool:
            lues = await self.clients.lister("sla", "periodes", qui=MESURE)
            return self.periode in {lue["periode"] for lue in lues}

        await _attendre(fermee, f"La période {self.periode} ne se ferme pas.")

    async def _recalculer(self) -> None:
        """Une fois le mois corrigé, demande ce qu'un calendrier proposé y changerait."""
        await self._attendre_corrections()
        donnees = self.scenario.niveaux["recalcul"]
        (parution,) = await self.clients.lister("catalogue", "calendriers", qui=CATALOGUE)
        chemin = f"calendriers/{parution['version']}"
        en_vigueur = await self.clients.lire("catalogue", chemin, qui=CATALOGUE)
        candidat = {nom: en_vigueur[nom] for nom in ("feries", "ajouts", "retraits", "horaires")}
        candidat["ajouts"].append({"jour": donnees["jour"], "libelle": donnees["libelle"]})
        entete = {nom: donnees[nom] for nom in ("version", "en_vigueur_depuis")}
        corps = {"calendrier": {"calendrier": CALENDRIER, **entete, **candidat}}
        demande = await self._poster("recalculs", corps, "recalcul")

        async def acheve() -> bool:
            chemin = f"recalculs/{demande['id']}"
            self.recalcul = await self.clients.lire("sla", chemin, qui=MESURE)
            return bool(self.recalcul["etat"] != "en_cours")

        await _attendre(acheve, "Le recalcul ne finit pas.")

    async def _attendre_corrections(self) -> None:
        """Attend que chaque fait appris après la fermeture ait sa correction."""
        voulues = len(self.scenario.niveaux["suspensions"])

        async def corrigees() -> bool:
            return len(await self.lister("corrections")) >= voulues

        await _attendre(corrigees, "Aucune correction du mois fermé ne paraît.")

    async def lister(self, chemin: str, **filtres: str) -> list[Document]:
        """Une liste de la mesure, pour le mois du scénario."""
        return await self.clients.lister("sla", chemin, qui=MESURE, periode=self.periode, **filtres)

    async def _poster(self, chemin: str, corps: object, cle: str) -> Document:
        return await self.clients.poster("sla", chemin, corps, qui=MESURE, cle=cle)


async def _attendre(fait: Callable[[], Awaitable[bool]], sinon: str) -> None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            pret = False
            while not pret:
                await asyncio.sleep(0.2)
                pret = await fait()
    except TimeoutError as erreur:
        raise Introuvable(sinon) from erreur


def _acte(le: datetime, libelle: str, faire: Callable[[], Awaitable[None]]) -> Acte:
    return Acte(annonce=a_quebec(le), ponctuel=True, libelle=libelle, faire=faire)
