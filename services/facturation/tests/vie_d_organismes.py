"""Des mois d'organismes, au hasard : faits en retard ou annoncés, catalogue tardif, décisions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid4

from contrats import catalogue, demandes
from noyau import Mois, Tranche
from outils.essais.banc import Banc
from services.facturation.tests import scene

PRODUITS = ("BUREAU-STD", "PORTABLE-14", "ECRAN-24", "VIRTUEL-M", "LOGICIEL-X", "ETUDE", "TARDIF")
"""« ETUDE » n'a pas de montant; « TARDIF » ne s'inscrit au ROPN qu'un jour."""
GRILLE = (Tranche(Decimal(0), Decimal(500), Decimal("0.01")),)


@dataclass
class Vie:
    """Un organisme, ce qu'il a reçu, et le hasard qui le mène."""

    code: str
    hasard: Random
    actifs: dict[UUID, tuple[str, date]] = field(default_factory=dict)
    actes: list[tuple[UUID, UUID]] = field(default_factory=list)
    """Agrégat et acte."""
    soutiens: list[UUID] = field(default_factory=list)
    incidents: list[UUID] = field(default_factory=list)

    def jour(self, mois: Mois) -> date:
        """Ce mois-ci le plus souvent; parfois des mois avant, ou le mois d'après."""
        ecart = self.hasard.choice((0, 0, 0, 0, -20, -45, -100, 25))
        return mois.debut + timedelta(days=self.hasard.randrange(28) + ecart)

    async def vivre(self, banc: Banc, mois: Mois, voisine: "Vie") -> None:
        """Quelques faits de ce mois."""
        gestes = (
            self.livrer, self.livrer, self.finir, self.soutenir, self.intervenir,
            self.travailler, self.rectifier, self.contracter,
        )  # fmt: skip
        for _ in range(self.hasard.randrange(5)):
            for evenement, le in self.hasard.choice(gestes)(mois):
                acte = uuid4()
                self.actes.append((UUID(evenement.cle), acte))
                await banc.recevoir(evenement, survenu_le=le, id=acte)
        if self.actifs and self.hasard.random() < 0.2:
            await self.ceder(banc, mois, voisine)

    def livrer(self, mois: Mois) -> Iterator[tuple[Any, datetime]]:
        actif, produit, jour = uuid4(), self.hasard.choice(PRODUITS), self.jour(mois)
        self.actifs[actif] = produit, jour
        quantite = self.hasard.choice((1, 1, 3))
        yield scene.livraison(actif, produit, self.code, quantite), self.midi(jour)

    def finir(self, mois: Mois) -> Iterator[tuple[Any, datetime]]:
        if self.actifs:
            actif = self.hasard.choice(list(self.actifs))
            produit, livre = self.actifs[actif]
            jour = max(self.jour(mois), livre)
            finir = self.hasard.choice((scene.recuperation, scene.perte))
            yield finir(actif, jour, produit, self.code), self.midi(jour)

    def soutenir(self, mois: Mois) -> Iterator[tuple[Any, datetime]]:
        jour = self.jour(mois)
        if self.soutiens and self.hasard.random() < 0.5:
            abonnement = self.soutiens.pop()
            fin = jour + timedelta(days=self.hasard.choice((0, 40)))
            yield (
                demandes.AbonnementResilie(organisme=self.code, abonnement_id=abonnement, fin=fin),
                self.midi(jour),
            )
            return
        abonnement = uuid4()
        self.soutiens.append(abonnement)
        souscrit = scene.soutien_etendu(abonnement, jour + timedelta(days=10))
        yield souscrit.model_copy(update={"organisme": self.code}), self.midi(jour)

    def intervenir(self, mois: Mois) -> Iterator[tuple[Any, datetime]]:
        if not self.incidents or self.hasard.random() < 0.5:
            self.incidents.append(uuid4())
        jour, cloture = self.jour(mois), self.hasard.random() < 0.4
        incident = self.incidents.pop() if cloture else self.incidents[-1]
        intervention = demandes.InterventionEffectuee(
            organisme=self.code, incident_id=incident, intervention_id=uuid4(),
            debut=self.midi(jour), minutes=self.hasard.randrange(200), cloture=cloture,
        )  # fmt: skip
        yield intervention, self.midi(jour)

    def travailler(self, mois: Mois) -> Iterator[tuple[Any, datetime]]:
        jour = self.jour(mois)
        travail = scene.travail(uuid4(), self.hasard.randrange(1, 300), code=self.code)
        yield travail, self.midi(jour)

    def contracter(self, mois: Mois) -> Iterator[tuple[Any, datetime]]:
        jour = self.jour(mois)
        yield (
            scene.contrat(jour, str(self.hasard.randrange(1000, 90000)), self.code),
            self.midi(jour),
        )

    def rectifier(self, mois: Mois) -> Iterator[tuple[Any, datetime]]:
        if self.actes:
            agregat, acte = self.hasard.choice(self.actes)
            juste = self.hasard.choice((None, self.midi(self.jour(mois))))
            yield scene.rectification(agregat, acte, juste, self.code), self.midi(mois.debut)

    async def ceder(self, banc: Banc, mois: Mois, voisine: "Vie") -> None:
        """Deux faits d'un même acte, dans l'ordre du hasard."""
        actif = self.hasard.choice(list(self.actifs))
        produit, livre = self.actifs.pop(actif)
        jour = max(self.jour(mois), livre)
        voisine.actifs[actif] = produit, jour
        commun: dict[str, Any] = {"actif_id": actif, "produit": produit, "fait_le": jour}
        faits = [
            demandes.ActifCede(organisme=self.code, a_organisme=voisine.code, **commun),
            demandes.ActifRecu(
                organisme=voisine.code, de_organisme=self.code, en_service_depuis=livre, **commun
            ),
        ]
        self.hasard.shuffle(faits)
        for fait in faits:
            await banc.recevoir(fait, survenu_le=self.midi(jour))

    def midi(self, jour: date) -> datetime:
        return datetime.combine(jour, time(self.hasard.randrange(13, 20)), UTC)


async def publier(banc: Banc, hasard: Random, mois: Mois, vies: list[Vie], version: int) -> None:
    """Ce que le catalogue apporte ce mois-ci, parfois daté d'avant."""
    ecart = hasard.choice((35, 35, 5, -10, -70))
    debut = mois.debut + timedelta(days=ecart)
    match hasard.randrange(6):
        case 0 | 1:
            montant = str(hasard.randrange(100, 200))
            grille = GRILLE if hasard.random() < 0.6 else ()
            await banc.recevoir(scene.fiche(version, debut, grille, POSTE_01=montant))
        case 2:
            prix = scene.prix("VIRTUEL-M", str(hasard.randrange(40, 90)))
            await banc.recevoir(prix.model_copy(update={"version": version, "debut": debut}))
        case 3:
            (modele,) = (p for p in scene.produits() if p.code == "BUREAU-STD")
            await banc.recevoir(
                modele.model_copy(update={"code": "TARDIF"}),
                survenu_le=datetime.combine(debut, time(15), UTC),
            )
        case _:
            accorde = catalogue.StatuQuoAccorde(
                statu_quo_id=uuid4(), organisme=hasard.choice(vies).code, fiche="POSTES",
                version=hasard.randrange(1, version + 1), debut=debut,
            )  # fmt: skip
            await banc.recevoir(accorde)
            if hasard.random() < 0.5:
                fini = catalogue.StatuQuoFini(
                    statu_quo_id=accorde.statu_quo_id, organisme=accorde.organisme,
                    fiche="POSTES", fin=debut + timedelta(days=hasard.randrange(1, 90)),
                )  # fmt: skip
                await banc.recevoir(fini)
