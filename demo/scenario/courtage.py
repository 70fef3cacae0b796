"""Un dossier du Courtier, des besoins aux données ouvertes, bloqué une fois par un prix changé."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from demo.scenario.acquisition import Acquisition, empreintes
from demo.scenario.agenda import Acte
from demo.scenario.autour import Autour
from demo.scenario.clients import COURTIER, Clients, Document, Personne
from demo.scenario.lecture import Scenario, a_quebec

_DOCUMENTS = ("contrat", "annexe_modificative", "engagement")


@dataclass(slots=True)
class Courtage:
    """Joue le dossier d'octobre.toml, et retient ce que le Courtier en a répondu."""

    clients: Clients
    scenario: Scenario
    autour: Autour
    contrat: Document = field(default_factory=dict)
    prepare: Document = field(default_factory=dict)
    """Le contrat tel que préparé la première fois."""
    manque: list[Document] = field(default_factory=list)
    """Ce qui empêchait de signer, lu avant d'essayer."""
    refus: dict[str, Document] = field(default_factory=dict)
    """Les refus reçus : de la signature, et de la commande de trop."""
    commandes: list[Document] = field(default_factory=list)

    @property
    def donnees(self) -> Mapping[str, Any]:
        donnees: Mapping[str, Any] = self.scenario.suite["courtage"]
        return donnees

    def actes(self) -> Iterator[Acte]:
        """Les actes datés, à poser."""
        d = self.donnees
        yield _acte(d["prepare_le"], "second contrat préparé", self._preparer)
        yield _acte(d["prix_publie_le"], "nouveau prix publié", self._changer_prix)
        yield _acte(d["valide_le"], "second contrat validé", self._valider)
        yield _acte(d["bloque_le"], "signature bloquée par un prix changé", self._essayer)
        reprise = d["prepare_de_nouveau_le"]
        yield _acte(reprise, "second contrat préparé de nouveau", self._preparer_de_nouveau)
        valide_de_nouveau = d["valide_de_nouveau_le"]
        yield _acte(valide_de_nouveau, "second contrat validé de nouveau", self._valider)
        yield _acte(d["signe_client_le"], "second contrat signé par le client", self._signer)
        yield _acte(d["signe_fournisseur_le"], "second contrat conclu", self._conclure)
        yield _acte(d["copie_le"], "copie du second contrat", self._transmettre)
        for commande in d["commandes"]:
            faire = partial(self._commander, commande)
            yield _acte(commande["le"], f"commande {commande['bon']}", faire)
        yield _acte(d["seao"]["le"], "avis au SEAO", self._publier)

    @property
    def _gestionnaire(self) -> Personne:
        organisme = self.donnees["organisme"]
        return Personne("gestionnaire", organisme, f"gestionnaire-{organisme}")

    @property
    def _signataire(self) -> Personne:
        organisme = self.donnees["organisme"]
        fiche = next(o for o in self.scenario.organismes if o["code"] == organisme)
        return Personne("signataire", organisme, fiche["signataire"]["sujet"])

    @property
    def _empreintes(self) -> dict[str, str]:
        return empreintes(*_DOCUMENTS, de=self.donnees["cle"])

    async def _preparer(self) -> None:
        acquisition = Acquisition(self.clients, self._gestionnaire, self.donnees["cle"])
        dossier_id = await acquisition.mener(self.donnees, **self.autour.offre)
        corps = {"dossier_id": dossier_id, "debut": self.donnees["debut_prepare"]}
        self.contrat = self.prepare = await self._poster(
            "contrats", {**corps, "documents": self._empreintes}, COURTIER
        )

    async def _changer_prix(self) -> None:
        """Il vaut du premier jour ouvrable du mois qui vient (CI-12)."""
        corps = {"prix": self.donnees["prix"], "en_vigueur_le": self.donnees["prix_en_vigueur"]}
        await self._poster(f"offres/{self.autour.offre['offre_id']}/prix", corps, COURTIER)

    async def _valider(self) -> None:
        await self._sur_contrat("validation", None, self._gestionnaire)

    async def _essayer(self) -> None:
        """Ce qui manque se lit d'avance; la signature le dit de même (CI-15)."""
        lu = await self.clients.lire(
            "courtier", f"{self._chemin}/signature", qui=self._gestionnaire
        )
        self.manque = lu["manque"]
        self.refus["signature"] = await self._refuse("signature", self._client, self._signataire)

    @property
    def _client(self) -> Document:
        return {"partie": "client", **self._empreintes}

    async def _preparer_de_nouveau(self) -> None:
        corps = {"debut": self.donnees["debut"], "documents": self._empreintes}
        await self._sur_contrat("preparation", corps, COURTIER)

    async def _signer(self) -> None:
        await self._sur_contrat("signature", self._client, self._signataire)

    async def _conclure(self) -> None:
        le = a_quebec(self.donnees["signe_fournisseur_le"])
        corps: Document = {
            "partie": "fournisseur",
            "signataire": "NB-007",
            "signe_le": le.astimezone(UTC).isoformat(),
            **empreintes(*_DOCUMENTS[:2], de=self.donnees["cle"]),
        }
        await self._sur_contrat("signature", corps, COURTIER)

    async def _transmettre(self) -> None:
        await self._sur_contrat("copie", {}, COURTIER)

    async def _commander(self, donnees: Mapping[str, Any]) -> None:
        """CI-19 : jusqu'à ce qu'une commande dépasse le montant, et se refuse."""
        ligne = {
            "offre_id": self.autour.offre["offre_id"],
            "composante": "base",
            "montant": donnees["montant"],
        }
        corps = {
            "bon": donnees["bon"],
            "datee_le": donnees["le"].date(),
            "lignes": [ligne],
        }
        if donnees is self.donnees["commandes"][-1]:
            refus = await self._refuse("commandes", corps, self._gestionnaire)
            self.refus["commande"] = refus
            return
        self.commandes.append(
            await self._poster(f"{self._chemin}/commandes", corps, self._gestionnaire)
        )

    async def _publier(self) -> None:
        """CI-18, CI-25 : l'avis consigné, le contrat entre aux données ouvertes."""
        seao = self.donnees["seao"]
        corps = {
            "nature": "conclusion",
            "numero": seao["numero"],
            "publie_le": seao["le"].date(),
            "indicateur": "aucun",
        }
        await self._poster(f"{self._chemin}/publication-seao", corps, self._gestionnaire)

    @property
    def _chemin(self) -> str:
        return f"contrats/{self.contrat['id']}"

    async def _sur_contrat(self, acte: str, corps: Document | None, qui: Personne) -> None:
        self.contrat = await self._poster(f"{self._chemin}/{acte}", corps, qui)

    async def _poster(self, chemin: str, corps: Document | None, qui: Personne) -> Document:
        cle = f"{self.donnees['cle']}-{chemin.rpartition('/')[2]}-{self.clients.echanges.appels}"
        return await self.clients.poster("courtier", chemin, corps, qui=qui, cle=cle)

    async def _refuse(self, chemin: str, corps: Document, qui: Personne) -> Document:
        """Le refus attendu; lève `Refuse` si le système accepte."""
        cle = f"{self.donnees['cle']}-refus-{chemin}"
        return await self.clients.essuyer(
            "courtier", f"{self._chemin}/{chemin}", corps, qui=qui, cle=cle
        )


def _acte(le: datetime, libelle: str, faire: Callable[[], Awaitable[None]]) -> Acte:
    return Acte(annonce=a_quebec(le), ponctuel=True, libelle=libelle, faire=faire)
