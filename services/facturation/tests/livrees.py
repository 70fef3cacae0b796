"""Les fiches que livre le catalogue, lues dans ses données, et les événements qui les éprouvent.

Un service n'importe jamais l'autre : on lit ici les fichiers, comme le ferait le MCN.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4, uuid5

from pydantic import TypeAdapter

from contrats import courtier, demandes, facturation
from contrats.base import Evenement
from facturation.creances.domaine.faits import FaitRecu
from facturation.creances.entrees.ecoutes import lire_fait
from facturation.tarification.domaine.tarification import Tarification
from facturation.tarification.domaine.tarifs import Tarif, VersionFiche
from noyau import Comparaison, Predicat
from services.facturation.tests.builders import ORIGINE, a, prix, tarification

_FICHES = Path(__file__).parents[2] / "catalogue/src/catalogue/donnees/fiches"
_TARIFS = TypeAdapter(tuple[Tarif, ...])
_ESPACE = UUID("6d2c9d0e-8f8e-5d0a-9c51-3a3a6f6f0002")


@cache
def fiches() -> tuple[VersionFiche, ...]:
    """Les fiches livrées, à leur première version."""
    return tuple(_fiche(tomllib.loads(f.read_text("utf-8"))) for f in sorted(_FICHES.iterdir()))


def _fiche(ecrite: dict[str, Any]) -> VersionFiche:
    tarifs = _TARIFS.validate_python([_tarif(t) for t in ecrite["tarifs"]])
    return VersionFiche(fiche=ecrite["code"], version=1, debut=ecrite["debut"], tarifs=tarifs)


def _tarif(ecrit: dict[str, Any]) -> dict[str, Any]:
    declencheur = dict(ecrit["du"])
    if "si" in declencheur:
        declencheur["si"] = _predicat(declencheur["si"])
    return {**ecrit, "du": declencheur}


def _predicat(ecrit: dict[str, Any]) -> Predicat:
    alternatives = (x.get("tous", [x]) for x in ecrit.get("un", [ecrit]))
    return Predicat(tuple(tuple(Comparaison(**c) for c in tous) for tous in alternatives))


def codes() -> set[str]:
    return {tarif.code for fiche in fiches() for tarif in fiche.tarifs}


def livree(code: str) -> Tarif:
    return next(t for t in fiche_de(code).tarifs if t.code == code)


def fiche_de(code: str) -> VersionFiche:
    """La fiche livrée qui porte ce tarif."""
    return next(f for f in fiches() if any(t.code == code for t in f.tarifs))


def produit_de(*tarifs: str) -> str:
    """Le code d'un produit qui porte ces tarifs."""
    return "+".join(tarifs)


def catalogue(
    *autres: VersionFiche,
    portes: Iterable[tuple[str, ...]] = (),
    ropn: Mapping[str, str] = MappingProxyType({}),
) -> Tarification:
    """Les fiches livrées; un produit de chaque groupe de tarifs, à 89,99 $ au ROPN.

    `ropn` : le prix de ceux qui en ont un autre.
    """
    paniers = {produit_de(*tarifs): tarifs for tarifs in portes}
    cotes = {**dict.fromkeys(paniers, "89.99"), **ropn}
    return tarification(
        *fiches(), *autres, prix_ropn=[prix(*cote) for cote in cotes.items()], autres=paniers
    )


def changee(code: str, debut: date, version: int = 2, **champs: Any) -> VersionFiche:
    """La fiche d'un tarif, où il se dit autrement à partir d'un jour."""
    fiche = fiche_de(code)
    voulus = (replace(t, **champs) if t.code == code else t for t in fiche.tarifs)
    return replace(fiche, version=version, debut=debut, tarifs=tuple(voulus))


def comblee(code: str, **champs: Any) -> VersionFiche:
    """La fiche d'un tarif, un vide comblé depuis son premier jour (CAT-2)."""
    return changee(code, ORIGINE, **champs)


def recu(evenement: Evenement, le: date, heure: int = 12) -> FaitRecu:
    """Le fait que le moteur tire d'un événement survenu ce jour-là."""
    return lire_fait(evenement, uuid4(), a(le, heure))


def _id(nom: str) -> UUID:
    return uuid5(_ESPACE, nom)


def livraison(
    le: date, *tarifs: str, actif: str = "actif", quantite: int = 1, organisme: str = "MTQ"
) -> FaitRecu:
    evenement = demandes.ActifLivre(
        organisme=organisme, demande_id=_id("d"), article_id=_id("a"), actif_id=_id(actif),
        produit=produit_de(*tarifs), quantite=quantite,
    )  # fmt: skip
    return recu(evenement, le)


def perte(
    le: date, *tarifs: str, actif: str = "actif", organisme: str = "MTQ", heure: int = 12
) -> FaitRecu:
    evenement = demandes.ActifPerdu(
        organisme=organisme, actif_id=_id(actif), produit=produit_de(*tarifs), fait_le=le,
        nature="vol",
    )  # fmt: skip
    return recu(evenement, le, heure)


def recuperation(
    le: date, *tarifs: str, actif: str = "actif", organisme: str = "MTQ", heure: int = 12
) -> FaitRecu:
    evenement = demandes.ActifRecupere(
        organisme=organisme, actif_id=_id(actif), produit=produit_de(*tarifs), fait_le=le
    )
    return recu(evenement, le, heure)


def cession(le: date, *tarifs: str, actif: str = "actif") -> FaitRecu:
    """Le MTQ cède un actif à la RAMQ."""
    evenement = demandes.ActifCede(
        organisme="MTQ", actif_id=_id(actif), produit=produit_de(*tarifs), fait_le=le,
        a_organisme="RAMQ",
    )  # fmt: skip
    return recu(evenement, le)


def reception(le: date, *tarifs: str, actif: str = "actif") -> FaitRecu:
    """La RAMQ reçoit l'actif du MTQ."""
    evenement = demandes.ActifRecu(
        organisme="RAMQ", actif_id=_id(actif), produit=produit_de(*tarifs), fait_le=le,
        de_organisme="MTQ",
    )  # fmt: skip
    return recu(evenement, le)


def remplacement(le: date, *tarifs: str, premature: bool, actif: str = "actif") -> FaitRecu:
    evenement = demandes.ActifRemplace(
        organisme="MTQ", actif_id=_id(actif), produit=produit_de(*tarifs), fait_le=le,
        par_actif_id=_id("autre"), premature=premature,
    )  # fmt: skip
    return recu(evenement, le)


def report(le: date, *tarifs: str, depuis: date, actif: str = "autre") -> FaitRecu:
    """Cet actif prend la place de l'autre, et son engagement."""
    evenement = demandes.EngagementReporte(
        organisme="MTQ", actif_id=_id(actif), produit=produit_de(*tarifs), fait_le=le,
        de_actif_id=_id("actif"), en_service_depuis=depuis,
    )  # fmt: skip
    return recu(evenement, le)


def travail(le: date, code: str, minutes: int) -> FaitRecu:
    evenement = demandes.TravailEffectue(
        organisme="MTQ", demande_id=_id("d"), article_id=_id("a"), tarif=code, minutes=minutes
    )
    return recu(evenement, le)


def intervention(
    le: date,
    minutes: int,
    *,
    cloture: bool = True,
    deplacement: bool = False,
    incident: str = "i",
) -> FaitRecu:
    evenement = demandes.InterventionEffectuee(
        organisme="MTQ", incident_id=_id(incident), intervention_id=uuid4(), debut=a(le),
        minutes=minutes, deplacement=deplacement, cloture=cloture,
    )  # fmt: skip
    return recu(evenement, le)


def souscription(
    debut: date, service: str, code: str | None = None, quantite: int = 1, abonnement: str = "ab"
) -> FaitRecu:
    evenement = demandes.AbonnementSouscrit(
        organisme="MTQ", abonnement_id=_id(abonnement), service=service, tarif=code,
        quantite=quantite, debut=debut,
    )  # fmt: skip
    return recu(evenement, debut)


def resiliation(fin: date, avis: date, abonnement: str = "ab") -> FaitRecu:
    evenement = demandes.AbonnementResilie(organisme="MTQ", abonnement_id=_id(abonnement), fin=fin)
    return recu(evenement, avis)


def prestation(le: date, prestation: str, minutes: int = 0, quantite: int = 1) -> FaitRecu:
    evenement = demandes.PrestationEffectuee(
        organisme="MTQ", prestation_id=uuid4(), prestation=prestation, minutes=minutes,
        quantite=quantite,
    )  # fmt: skip
    return recu(evenement, le)


def usage(le: date, quantite: str) -> FaitRecu:
    evenement = demandes.UsageConstate(
        organisme="MTQ", usage_id=uuid4(), usage="stockage", unite="gigaoctet",
        quantite=Decimal(quantite),
    )  # fmt: skip
    return recu(evenement, le)


def saisie(le: date, code: str, montant: str) -> FaitRecu:
    evenement = facturation.LigneSaisie(
        organisme="MTQ", saisie_id=uuid4(), tarif=code, montant=Decimal(montant)
    )
    return recu(evenement, le)


def contrat(signe: date, montant: str) -> FaitRecu:
    evenement = courtier.ContratSigne(
        contrat_id=_id("c"), organisme="MTQ", fournisseur_id=_id("f"), debut=signe, duree_mois=12,
        montant=Decimal(montant), signe_client_le=a(signe, 10), signe_fournisseur_le=a(signe, 15),
        elements=(),
    )  # fmt: skip
    return recu(evenement, signe)
