"""Ce qui entoure les demandes : mise en route, tarif qui change, soutien étendu, courtage."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from demo.scenario.acquisition import Acquisition, empreintes
from demo.scenario.agenda import Acte
from demo.scenario.clients import (
    AGENT,
    CATALOGUE,
    COURTIER,
    FACTURATION,
    ITSM,
    Clients,
    Document,
    Personne,
)
from demo.scenario.itsm import TYPES, Itsm
from demo.scenario.lecture import Scenario, a_quebec

PATIENCE_S = 20.0


class Introuvable(Exception):
    """Ce que le scénario attend du système n'est pas apparu à temps."""


@dataclass(slots=True)
class Autour:
    """Joue ce qui n'est pas une demande, et retient de quoi le reconnaître sur les factures."""

    clients: Clients
    scenario: Scenario
    itsm: Itsm
    webhook_id: str = ""
    incidents: dict[str, str] = field(default_factory=dict)
    contrat_id: str = ""
    offre: dict[str, str] = field(default_factory=dict)
    attente: Document = field(default_factory=dict)

    def actes(self) -> Iterator[Acte]:
        """Les actes datés de mois.toml, à poser."""
        autour = self.scenario.autour
        changement, contrat, grille = (
            autour["changement_de_tarif"],
            autour["contrat"],
            autour["grille"],
        )
        ponctuels = (
            (self.scenario.mise_en_route, "mise en route", self._mettre_en_route),
            (changement["publie_le"], "nouveau tarif publié", self._changer_tarif),
            (contrat["prepare_le"], "contrat préparé", self._preparer_contrat),
            (contrat["valide_le"], "contrat validé", self._valider_contrat),
            (contrat["signe_client_le"], "contrat signé par le client", self._signer_client),
            (contrat["consigne_le"], "contrat signé par le fournisseur", self._signer_fournisseur),
            (contrat["copie_le"], "copie du contrat transmise", self._transmettre_copie),
            (grille["publiee_le"], "grille du Courtier publiée", self._publier_grille),
        )
        for le, libelle, faire in ponctuels:
            yield Acte(annonce=a_quebec(le), ponctuel=True, libelle=libelle, faire=faire)
        for rang, intervention in enumerate(self.scenario.interventions, start=1):
            yield Acte(
                annonce=a_quebec(intervention.get("annoncee_le") or _fin(intervention)),
                ponctuel="annoncee_le" in intervention,
                libelle=f"{intervention['cle']} : intervention",
                faire=partial(self._intervenir, intervention, rang),
            )

    async def _mettre_en_route(self) -> None:
        await self._attendre_catalogue()
        await self._abonner_itsm()
        for organisme in self.scenario.organismes:
            await self._inscrire(organisme)
        await self._ouvrir_offre()

    async def _attendre_catalogue(self) -> None:
        """Le catalogue publie ses fiches et son ROPN en démarrant; rien ne se demande avant."""
        voulus = {c.produit for demande in self.scenario.demandes for c in demande.articles}
        try:
            async with asyncio.timeout(PATIENCE_S):
                while voulus:
                    lus = await self.clients.lister("catalogue", "produits", qui=CATALOGUE)
                    voulus -= {lu["code"] for lu in lus}
                    await asyncio.sleep(0.1)
        except TimeoutError as erreur:
            manque = ", ".join(sorted(voulus))
            raise Introuvable(f"Le catalogue n'offre pas : {manque}.") from erreur

    async def _abonner_itsm(self) -> None:
        """L'ITSM s'abonne à la vie des demandes; nos webhooks sont signés de sa clé (DEM-10)."""
        corps = {"url": self.itsm.adresse, "types": TYPES}
        abonne = await self.clients.poster("demandes", "webhooks", corps, qui=ITSM, cle="itsm")
        self.webhook_id, self.itsm.secret = abonne["id"], abonne["secret"]
        self.clients.traces = self.itsm.recus.traces

    async def attendre_itsm(self) -> None:
        """Attend que l'ITSM ait tout reçu, reprises comprises; lève `Introuvable` sinon."""
        chemin = f"webhooks/{self.webhook_id}/envois"
        try:
            async with asyncio.timeout(PATIENCE_S):
                restent = True
                while restent:
                    await asyncio.sleep(0.1)
                    restent = bool(
                        await self.clients.lister("demandes", chemin, qui=ITSM, etat="a_envoyer")
                    )
        except TimeoutError as erreur:
            raise Introuvable("Des webhooks restent à porter à l'ITSM.") from erreur

    async def _inscrire(self, organisme: Mapping[str, Any]) -> None:
        code = organisme["code"]
        fiche = {nom: v for nom, v in organisme.items() if nom not in {"signataire", "substitut"}}
        await self.clients.poster("demandes", "organismes", fiche, qui=AGENT, cle=code)
        signataire = await self.clients.poster(
            "demandes",
            f"organismes/{code}/signataires",
            organisme["signataire"],
            qui=AGENT,
            cle=f"{code}-signataire",
        )
        if substitut := organisme.get("substitut"):
            corps = {"remplace_id": signataire["id"], **substitut}
            await self.clients.poster(
                "demandes", f"organismes/{code}/substitutions", corps, qui=AGENT, cle=f"{code}-sub"
            )

    async def _changer_tarif(self) -> None:
        await self.changer_tarif(self.scenario.autour["changement_de_tarif"])

    async def changer_tarif(self, donnees: Mapping[str, Any]) -> None:
        """CAT-5 : la fiche telle qu'elle est, un montant changé, à compter d'une date à venir."""
        fiche = await self._fiche(donnees["fiche"])
        _tarif(fiche, donnees["tarif"])["montant"] = donnees["montant"]
        await self._publier_fiche(donnees, fiche)

    async def _publier_grille(self) -> None:
        """La première grille du Courtier comble un vide : elle vaut depuis une date passée."""
        donnees = self.scenario.autour["grille"]
        fiche = await self._fiche(donnees["fiche"])
        _tarif(fiche, donnees["tarif"])["quantite"]["grille"] = donnees["tranches"]
        await self._publier_fiche(donnees, fiche)
        self.attente = await self._attendre_ligne(levee=True)

    async def _fiche(self, code: str) -> Document:
        return await self.clients.lire("catalogue", f"fiches/{code}", qui=CATALOGUE)

    async def _publier_fiche(self, donnees: Mapping[str, Any], fiche: Document) -> None:
        code, debut = donnees["fiche"], donnees["debut"]
        await self.clients.poster(
            "catalogue",
            f"fiches/{code}/versions",
            {**fiche, "debut": debut},
            qui=CATALOGUE,
            cle=f"fiche-{code}-{debut}",
        )

    async def _intervenir(self, donnees: Mapping[str, Any], rang: int) -> None:
        """L'ITSM annonce une intervention de soutien étendu (FAC-4)."""
        cle = donnees["cle"]
        self.incidents[cle] = str(uuid5(NAMESPACE_URL, f"urn:sbg:demo:incident:{cle}"))
        corps = {
            "organisme": donnees["organisme"],
            "incident_id": self.incidents[cle],
            "intervention_id": uuid5(NAMESPACE_URL, f"urn:sbg:demo:intervention:{cle}-{rang}"),
            "debut": a_quebec(donnees["debut"]).astimezone(UTC).isoformat(),
            "minutes": donnees["minutes"],
            "deplacement": donnees["deplacement"],
            "cloture": donnees["cloture"],
        }
        await self.clients.annoncer(
            "intervention", _fin(donnees), corps, identifiant=f"itsm-{cle}-{rang}"
        )

    async def _ouvrir_offre(self) -> None:
        """Fournisseur, entente-cadre, offre publiée, prix du premier jour ouvrable (CI-12)."""
        donnees = self.scenario.autour["contrat"]
        lieux = [{"lieu": "Montréal", "zone": "quebec"}]
        fournisseur = await self._courtier(
            "fournisseurs",
            {
                "nom": donnees["fournisseur"],
                "neq": "1170000001",
                "pays": "CA",
                "lieux_hebergement": lieux,
                "conditions": "NB-CG-2026-1",
                "annexe_modificative": "AM-2026-014",
            },
        )
        entente = await self._courtier(
            "ententes-cadres",
            {
                "numero": "EC-2026-014",
                "fournisseur_id": fournisseur["id"],
                "debut": "2026-04-01",
                "fin": "2029-04-01",
            },
        )
        offre = await self._courtier(
            "offres",
            {
                "titre": donnees["offre"],
                "categorie": donnees["categorie"],
                "description": "Boîte de 50 Go, hébergée au Québec.",
                "entente_id": entente["id"],
                "qualification": "qualifiee",
                "conversion": {"mesure": "usager", "par_unite": "1"},
                "lieux_hebergement": lieux,
            },
        )
        self.offre = {"entente_id": entente["id"], "offre_id": offre["id"]}
        await self._courtier(f"offres/{offre['id']}/publication", None)
        prix = {"prix": donnees["prix"], "en_vigueur_le": donnees["prix_en_vigueur"]}
        await self._courtier(f"offres/{offre['id']}/prix", prix)

    async def _preparer_contrat(self) -> None:
        """L'organisme mène son dossier au bout, le Courtier en prépare le contrat (CI-16)."""
        donnees = self.scenario.autour["contrat"]
        organisme = donnees["organisme"]
        qui = Personne("gestionnaire", organisme, f"gestionnaire-{organisme}")
        acquisition = Acquisition(self.clients, qui)
        await acquisition.acceder()
        dossier_id = await acquisition.mener(donnees, **self.offre)
        contrat = await self._courtier(
            "contrats",
            {
                "dossier_id": dossier_id,
                "debut": donnees["debut"],
                "documents": empreintes("contrat", "annexe_modificative", "engagement"),
            },
        )
        self.contrat_id = contrat["id"]

    async def _valider_contrat(self) -> None:
        organisme = self.scenario.autour["contrat"]["organisme"]
        qui = Personne("gestionnaire", organisme, f"gestionnaire-{organisme}")
        await self._sur_contrat("validation", None, qui)

    async def _signer_client(self) -> None:
        """Le client signe les documents tels que préparés, avec l'engagement (CI-16)."""
        organisme = self.scenario.autour["contrat"]["organisme"]
        fiche = next(o for o in self.scenario.organismes if o["code"] == organisme)
        qui = Personne("signataire", organisme, fiche["signataire"]["sujet"])
        corps = {
            "partie": "client",
            **empreintes("contrat", "annexe_modificative", "engagement"),
        }
        await self._sur_contrat("signature", corps, qui)

    async def _signer_fournisseur(self) -> None:
        """Le contrat naît; sans grille, ses frais attendent : rien ne s'invente (CI-20)."""
        le = a_quebec(self.scenario.autour["contrat"]["signe_fournisseur_le"])
        corps = {
            "partie": "fournisseur",
            "signataire": "NB-007",
            "signe_le": le.astimezone(UTC).isoformat(),
            **empreintes("contrat", "annexe_modificative"),
        }
        await self._sur_contrat("signature", corps, COURTIER)
        self.attente = await self._attendre_ligne(levee=False)

    async def _transmettre_copie(self) -> None:
        await self._sur_contrat("copie", {}, COURTIER)

    async def _attendre_ligne(self, *, levee: bool) -> Document:
        """La ligne en attente du contrat; lève `Introuvable` si elle ne paraît pas à temps."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    lignes = await self.clients.lister(
                        "facturation",
                        "lignes-en-attente",
                        qui=FACTURATION,
                        levees=str(levee).lower(),
                    )
                    for ligne in lignes:
                        if ligne["source"] == self.contrat_id:
                            return ligne
                    await asyncio.sleep(0.2)
        except TimeoutError as erreur:
            raise Introuvable("Les frais du contrat ne paraissent pas en attente.") from erreur

    async def _sur_contrat(self, acte: str, corps: Document | None, qui: Personne) -> None:
        chemin = f"contrats/{self.contrat_id}/{acte}"
        cle = f"contrat-{acte}-{qui.role}"
        await self.clients.poster("courtier", chemin, corps, qui=qui, cle=cle)

    async def _courtier(self, chemin: str, corps: Document | None) -> Document:
        cle = f"courtier-{chemin.rsplit('/', 1)[-1]}"
        return await self.clients.poster("courtier", chemin, corps, qui=COURTIER, cle=cle)


def _fin(intervention: Mapping[str, Any]) -> datetime:
    """Une intervention finit, et d'ordinaire s'annonce."""
    debut: datetime = a_quebec(intervention["debut"])
    return debut + timedelta(minutes=intervention["minutes"])


def _tarif(fiche: Document, code: str) -> Document:
    tarif: Document = next(t for t in fiche["tarifs"] if t["code"] == code)
    return tarif
