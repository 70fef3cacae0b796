"""Ce qui suit le mois : approuver, émettre, contester, valider, simuler, régler."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from demo.facturier import Facturier
from demo.scenario.agenda import Acte
from demo.scenario.autour import Autour, Introuvable
from demo.scenario.clients import FACTURATION, Clients, Document, Personne
from demo.scenario.courtage import Courtage
from demo.scenario.lecture import Scenario, a_quebec

PATIENCE_S = 30.0


@dataclass(slots=True)
class Suite:
    """Joue la vie des factures du mois, et retient ce que le système en a répondu."""

    clients: Clients
    scenario: Scenario
    autour: Autour
    facturier: Facturier
    courtage: Courtage
    numeros: dict[str, str] = field(default_factory=dict)
    """La facture du mois de chaque organisme."""
    apercus: dict[str, Document] = field(default_factory=dict)
    vus: dict[str, str] = field(default_factory=dict)
    """L'empreinte de l'aperçu que le gestionnaire de chaque organisme a vu du sien."""
    approbations: dict[str, Document] = field(default_factory=dict)
    contestee: Document = field(default_factory=dict)
    """La ligne contestée, telle que sa facture la porte."""
    contestation: Document = field(default_factory=dict)
    simulation: Document = field(default_factory=dict)
    reglements: list[Document] = field(default_factory=list)

    @property
    def periode(self) -> str:
        return str(self.scenario.mois)

    def actes(self) -> Iterator[Acte]:
        """Les actes datés d'octobre.toml, à poser."""
        donnees = self.scenario.suite
        emission, simulation = donnees["emission"], donnees["simulation"]
        yield _acte(emission["approuvee_le"], "aperçus approuvés", self._approuver)
        yield _acte(emission["emise_le"], "factures émises", self._emettre)
        for geste in donnees["contestation"]["gestes"]:
            faire = partial(self._contester, geste)
            yield _acte(geste["le"], f"contestation : {geste['geste']}", faire)
        yield _acte(donnees["validation"]["le"], "factures validées", self._valider)
        yield _acte(simulation["le"], "tarif simulé, puis publié", self._simuler)
        for reglement in donnees["reglements"]:
            yield _acte(reglement["le"], "règlement", partial(self._regler, reglement))
        yield from self.courtage.actes()

    async def _approuver(self) -> None:
        """Chaque organisme voit le sien; la facturation les approuve tous par leur empreinte."""
        lus = await self.facturier.apercevoir(self.periode)
        self.apercus = {lu["organisme"]: lu for lu in lus}
        for organisme in self.apercus:
            (sien,) = await self.facturier.apercevoir(self.periode, _gestionnaire(organisme))
            self.vus[organisme] = sien["empreinte"]
        nommes = [{"organisme": o, "empreinte": lu["empreinte"]} for o, lu in self.apercus.items()]
        corps = {"periode": self.periode, "apercus": nommes}
        rendus = await self._poster("approbations", corps, "approbation")
        refus = [s["raison"] for s in rendus["sorts"] if s["etat"] != "approuve"]
        if refus:
            raise Introuvable(f"Un aperçu n'est pas approuvé : {refus[0]}")
        self.approbations = {s["organisme"]: s["approbation"] for s in rendus["sorts"]}

    async def _emettre(self) -> None:
        """L'émission suit l'horizon approuvé; l'approbation dit ce qu'on a appris depuis."""
        await self.facturier.emettre(self.periode)
        self.numeros = await self.facturier.numeros(self.periode)
        for organisme, approbation in self.approbations.items():
            self.approbations[organisme] = await self._lire(f"approbations/{approbation['id']}")

    async def _contester(self, geste: Mapping[str, Any]) -> None:
        """FAC-8 : ouverte par l'organisme, examinée, une question, une réponse, une décision."""
        donnees, nom, texte = (
            self.scenario.suite["contestation"],
            geste["geste"],
            geste.get("texte"),
        )
        organisme = donnees["organisme"]
        qui = _gestionnaire(organisme) if nom in {"contestation", "reponse"} else FACTURATION
        corps: Document = {} if texte is None else {"texte": texte}
        if nom == "contestation":
            chemin = f"factures/{self.numeros[organisme]}/contestations"
            self.contestee = await self._ligne(organisme, donnees["ligne"])
            corps = {"motif": texte, "lignes": [{"rang": self.contestee["rang"]}]}
        else:
            chemin = f"contestations/{self.contestation['id']}/{nom}"
        if nom == "decision":
            rendu = {"rang": self.contestee["rang"], "montant": donnees["accorde"]}
            corps = {"decision": "partielle", "motif": texte, "lignes": [rendu]}
        self.contestation = await self._poster(chemin, corps, f"contestation-{nom}", qui)

    async def _ligne(self, organisme: str, voulue: Mapping[str, str]) -> Document:
        """La ligne que la contestation vise, au tarif dit; l'organisme n'en a qu'une."""
        document = await self.facturier.document(self.numeros[organisme])
        for ligne in document["lignes"]:
            if ligne["tarif"] == voulue["tarif"]:
                return {**ligne, "nom": voulue["source"]}
        raise Introuvable(f"La facture de {organisme} ne porte pas {voulue['tarif']}.")

    async def _valider(self) -> None:
        for organisme in self.scenario.suite["validation"]["organismes"]:
            chemin = f"factures/{self.numeros[organisme]}/validation"
            qui = _gestionnaire(organisme)
            await self._poster(chemin, None, f"validation-{organisme}", qui)

    async def _simuler(self) -> None:
        """FAC-11 : simulé pour tous, lu une fois fini, puis publié tel quel au catalogue."""
        donnees = self.scenario.suite["simulation"]
        corps = {
            "effet": donnees["debut"],
            "mois": donnees["mois"],
            "montants": {donnees["tarif"]: donnees["montant"]},
        }
        simulation = await self._poster("simulations", corps, "simulation")
        chemin = f"simulations/{simulation['id']}"
        try:
            async with asyncio.timeout(PATIENCE_S):
                while simulation["etat"] == "en_cours":
                    await asyncio.sleep(0.2)
                    simulation = await self._lire(chemin)
        except TimeoutError as erreur:
            raise Introuvable("La simulation ne finit pas.") from erreur
        volets = await self.clients.lister("facturation", f"{chemin}/organismes", qui=FACTURATION)
        fichiers = await self.facturier.ecrire(chemin, "simulation", ("html", "csv"))
        self.simulation = {**simulation, "volets": volets, "fichiers": fichiers}
        await self.autour.changer_tarif(donnees)

    async def _regler(self, donnees: Mapping[str, Any]) -> None:
        """FAC-17 : un paiement de la facture du mois, en tout ou en partie."""
        organisme, montant = donnees["organisme"], donnees["montant"]
        corps = {
            "organisme": organisme,
            "date": donnees["le"].date(),
            "reference": donnees["reference"],
            "montant": montant,
            "documents": [{"numero": self.numeros[organisme], "montant": montant}],
        }
        self.reglements.append(
            await self._poster("reglements", corps, f"reglement-{donnees['reference']}")
        )

    async def _poster(
        self, chemin: str, corps: object, cle: str, qui: Personne = FACTURATION
    ) -> Document:
        return await self.clients.poster("facturation", chemin, corps, qui=qui, cle=cle)

    async def _lire(self, chemin: str) -> Document:
        return await self.clients.lire("facturation", chemin, qui=FACTURATION)


def _gestionnaire(organisme: str) -> Personne:
    return Personne("gestionnaire", organisme, f"gestionnaire-{organisme}")


def _acte(le: datetime, libelle: str, faire: Callable[[], Awaitable[None]]) -> Acte:
    return Acte(annonce=a_quebec(le), ponctuel=True, libelle=libelle, faire=faire)
