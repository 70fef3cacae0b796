"""Un Courtier monté face à l'API, et les gestes de ses essais d'intégration."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import httpx
from sqlalchemy import text

from contrats.demandes import (
    OrganismeInscrit,
    SignataireInscrit,
    SignataireRetire,
    SubstitutionInscrite,
)
from courtier.seao.cas_usage import PublierAuSeao
from courtier.seao.domaine.publication import Modification, NatureEtape
from courtier.seao.ports import Ports as PortsSeao
from noyau import Acte, Montant, Resultat, jour_de_quebec
from outils.essais.banc import Banc
from services.courtier.tests.acquisitions import Acquisition, offre_voulue

Corps = dict[str, Any]

FICHE: Corps = {
    "nom": "Nuage boréal inc.",
    "neq": "1170000001",
    "pays": "CA",
    "personnes_ressources": [{"fonction": "soutien", "identifiant": "NB-204"}],
    "lieux_hebergement": [{"lieu": "Montréal", "zone": "quebec"}],
    "conditions": "NB-CG-1",
    "annexe_modificative": "AM-14",
}
EMPREINTES = {"contrat": "a" * 64, "annexe_modificative": "b" * 64, "engagement": "c" * 64}


@dataclass(frozen=True, slots=True)
class Marche:
    """Le Courtier et l'organisme MTQ, face à l'API."""

    banc: Banc
    courtier: httpx.AsyncClient
    gestionnaire: httpx.AsyncClient
    signataire: httpx.AsyncClient
    _du_dossier: dict[str, Corps] = field(default_factory=dict)

    async def cree(self, chemin: str, corps: Mapping[str, Any]) -> Corps:
        """Le corps rendu par une création du Courtier."""
        reponse = await self.courtier.post(f"/v1/{chemin}", json=corps)
        assert reponse.status_code == 201, reponse.text
        rendu: Corps = reponse.json()
        return rendu

    async def entente(self, numero: str = "EC-1", neq: str = "1170000001") -> Corps:
        fournisseur = await self.cree("fournisseurs", {**FICHE, "neq": neq})
        return await self.cree(
            "ententes-cadres",
            {
                "numero": numero,
                "fournisseur_id": fournisseur["id"],
                "debut": "2026-04-01",
                "fin": "2029-04-01",
            },
        )

    async def offre(self, entente_id: str, prix: str | None = "12.50", **autres: object) -> str:
        """L'identifiant d'une offre qualifiée, publiée, au prix donné dès le 1er septembre.

        Une unité y sert un usager, publiée; `conversion=None` : rien n'en est publié.
        """
        corps = {
            "titre": "Courriel boréal",
            "categorie": "courriel",
            "description": "Boîte de 50 Go.",
            "entente_id": entente_id,
            "qualification": "qualifiee",
            "conversion": {"mesure": "usager", "par_unite": "1"},
            **autres,
        }
        offre_id: str = (await self.cree("offres", corps))["id"]
        publiee = await self.courtier.post(f"/v1/offres/{offre_id}/publication")
        assert publiee.status_code == 200, publiee.text
        if prix is not None:
            await self.prix(offre_id, {"prix": prix})
        return offre_id

    async def prix(self, offre_id: str, prix: Corps, le: str = "2026-09-01") -> Corps:
        """La version d'un prix, publiée à compter d'un premier jour ouvrable."""
        return await self.cree(f"offres/{offre_id}/prix", {**prix, "en_vigueur_le": le})

    async def accorder(self, organisme: str, *sujets: str) -> list[Corps]:
        """Les comptes d'accès accordés à ces personnes."""
        return await accorder(self.banc, organisme, *sujets)

    async def acquisition(
        self,
        entente_id: str,
        *offres: Corps,
        par: httpx.AsyncClient | None = None,
        **besoins: object,
    ) -> Acquisition:
        """Un dossier de MTQ mené jusqu'à l'admissibilité, d'un seul scénario."""
        dossier = await Acquisition.ouvrir(par or self.gestionnaire, self.courtier)
        retenues = [o["offre_id"] for o in offres]
        if len(retenues) > 1:
            await dossier.jusqu_a_se_completer(retenues, **besoins)
        else:
            await dossier.jusqu_aux_scenarios(retenues, **besoins)
        scenario_id = await dossier.scenario(entente_id, *offres)
        await dossier.demarrer(scenario_id, self.jour)
        return dossier

    @property
    def jour(self) -> str:
        """La date de Québec du banc."""
        return jour_de_quebec(self.banc.horloge()).isoformat()

    def preparation(self, dossier_id: str, **autres: object) -> Corps:
        return {
            "dossier_id": dossier_id,
            "debut": "2026-10-01",
            "documents": self._du_dossier.setdefault(dossier_id, self._documents(dossier_id)),
            **autres,
        }

    def _documents(self, dossier_id: str) -> Corps:
        """Ceux d'`EMPREINTES` au premier dossier; à chaque autre, son contrat et son engagement."""
        if not self._du_dossier:
            return EMPREINTES
        siennes = {n: sha256(f"{n} {dossier_id}".encode()).hexdigest() for n in EMPREINTES}
        return {**siennes, "annexe_modificative": EMPREINTES["annexe_modificative"]}

    async def contrat(self) -> Corps:
        """Un contrat préparé pour MTQ : 40 × 12,50 $ pendant 24 mois."""
        entente = await self.entente()
        offre_id = await self.offre(entente["id"])
        dossier = await self.acquisition(entente["id"], offre_voulue(offre_id))
        return await self.cree("contrats", self.preparation(dossier.id))

    async def signe_client(self) -> Corps:
        """Un contrat validé et signé par MTQ."""
        return await self._signer(await self.contrat())

    async def _signer(self, contrat: Corps) -> Corps:
        chemin = f"/v1/contrats/{contrat['id']}"
        valide = await self.gestionnaire.post(f"{chemin}/validation")
        assert valide.status_code == 200, valide.text
        signe = await self.signataire.post(
            f"{chemin}/signature", json={"partie": "client", **contrat["documents"]}
        )
        assert signe.status_code == 200, signe.text
        rendu: Corps = signe.json()
        return rendu

    async def conclu(self, contrat: Corps | None = None) -> Corps:
        """Un contrat de MTQ conclu le 8 septembre 2026, pour 24 mois dès le 1er octobre."""
        contrat = contrat or await self.signe_client()
        self.banc.horloge.aller("2026-09-09T09:00-04:00")
        return await self._conclure(contrat, "2026-09-08T15:00:00-04:00")

    async def conclure(self, contrat: Corps) -> Corps:
        """Ce contrat préparé, signé des deux parties à l'instant."""
        signe = await self._signer(contrat)
        return await self._conclure(signe, self.banc.horloge().isoformat())

    async def _conclure(self, contrat: Corps, signe_le: str) -> Corps:
        signature = {
            "partie": "fournisseur",
            "signataire": "NB-007",
            "signe_le": signe_le,
            "contrat": contrat["documents"]["contrat"],
            "annexe_modificative": EMPREINTES["annexe_modificative"],
        }
        chemin = f"/v1/contrats/{contrat['id']}/signature"
        signe = await self.courtier.post(chemin, json=signature)
        assert signe.status_code == 200, signe.text
        rendu: Corps = signe.json()
        return rendu

    async def obligations(self, nature: str) -> list[tuple[str, str]]:
        """De chaque obligation de cette nature, sa date et où elle en est, dans l'ordre."""
        requete = text(
            "SELECT due_le, remplie_le, abandonnee_le FROM obligations"
            " WHERE nature = :nature ORDER BY ouverte_le, due_le"
        )
        async with self.banc.interne() as connexion:
            lues = await connexion.lignes(requete, {"nature": nature})
        return [
            (
                ligne.due_le.isoformat(),
                "remplie" if ligne.remplie_le else "abandonnee" if ligne.abandonnee_le else "due",
            )
            for ligne in lues
        ]


async def accorder(banc: Banc, organisme: str, *sujets: str) -> list[Corps]:
    """Donne à ces personnes un compte d'accès au Catalogue; rend leurs comptes (CI-11)."""
    courtier, comptes = banc.client("courtier", sujet="courtier-1"), []
    for sujet in sujets:
        personne = banc.client("demandeur", organisme=organisme, sujet=sujet)
        demande = await personne.post("/v1/acces", json={"motif": "Analyse d'offres."})
        assert demande.status_code == 201, demande.text
        accord = {"decision": "accordee", "motif": "Représente l'organisme."}
        accorde = await courtier.post(f"{demande.headers['Location']}/decision", json=accord)
        assert accorde.status_code == 200, accorde.text
        comptes.append(accorde.json())
    return comptes


async def modifier(
    banc: Banc,
    contrat_id: str,
    avenant_id: str,
    montant: str = "34000.00",
    fin: date = date(2028, 10, 1),
) -> None:
    """Un avenant conclu le 20 septembre, tel que l'aire des avenants le dira au SEAO."""
    modification = Modification(
        id=UUID(avenant_id),
        nature=NatureEtape.AVENANT,
        montant=Montant.de(montant),
        fin=fin,
        le=datetime(2026, 9, 20, 13, tzinfo=UTC),
    )

    async def cas(identifiant: UUID, ports: PortsSeao, acte: Acte) -> Resultat[None]:
        await PublierAuSeao(ports).modifie(identifiant, modification, acte)
        return Resultat(None)

    await banc.contexte.executer("essai", PortsSeao, cas, UUID(contrat_id), cle=avenant_id)


def organisme(code: str, *, assujetti_rcti: bool = True) -> OrganismeInscrit:
    """L'événement qui inscrit un organisme."""
    return OrganismeInscrit(organisme=code, nom=f"Ministère {code}", assujetti_rcti=assujetti_rcti)


def mandat(
    organisme: str,
    sujet: str,
    *,
    mandat_id: UUID | None = None,
    familles: tuple[str, ...] = ("demandes_de_service", "contrat_specifique"),
    plafond: str | None = None,
    debut: date = date(2026, 4, 1),
    fin: date | None = None,
) -> SignataireInscrit:
    """L'événement qui donne à une personne mandat de signer."""
    return SignataireInscrit(
        organisme=organisme,
        mandat_id=mandat_id or uuid5(NAMESPACE_URL, f"{organisme}/{sujet}"),
        sujet=sujet,
        familles=familles,
        plafond=None if plafond is None else Decimal(plafond),
        debut=debut,
        fin=fin,
    )


def retrait(mandat_id: UUID, fin: date, organisme: str = "MTQ") -> SignataireRetire:
    """L'événement qui donne sa fin à un mandat."""
    return SignataireRetire(organisme=organisme, mandat_id=mandat_id, fin=fin)


def substitution(mandat_id: UUID, sujet: str, organisme: str = "MTQ") -> SubstitutionInscrite:
    """L'événement qui fait signer une personne au nom d'un mandat, du 1er au 20 septembre."""
    return SubstitutionInscrite(
        organisme=organisme,
        mandat_id=mandat_id,
        substitution_id=uuid4(),
        sujet=sujet,
        debut=date(2026, 9, 1),
        fin=date(2026, 9, 21),
    )
