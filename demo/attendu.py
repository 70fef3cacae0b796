"""L'oracle de la démonstration, lu d'attendu.toml : des chiffres calculés à la main."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class MesureAttendue:
    """Ce qu'une demande doit donner."""

    cle: str
    verdict: str
    exclue: bool
    indicateur: str | None = None
    jours: int | None = None
    raisonnement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TauxAttendu:
    """Conformes et mesurées, brut puis ajusté; sans organisme, tous ensemble."""

    indicateur: str
    organisme: str | None
    brut: tuple[int, int]
    ajuste: tuple[int, int]
    raisonnement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneAttendue:
    """Une ligne de facture et son calcul."""

    nom: str
    tarif: str
    nature: str
    debut: date
    montant: Decimal
    raisonnement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactureAttendue:
    """Une facture, ses lignes et ses totaux."""

    organisme: str
    lignes: tuple[LigneAttendue, ...]
    totaux: dict[str, Decimal]
    raisonnement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompteAttendu:
    """Un compte et ce qui le fait."""

    combien: int
    raisonnement: str


@dataclass(frozen=True, slots=True)
class ChiffreAttendu:
    """Un chiffre et son calcul."""

    valeur: str
    raisonnement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendu:
    """Tout ce que le mois doit donner."""

    mesures: tuple[MesureAttendue, ...]
    sans_mesure: tuple[str, ...]
    """Les demandes qu'aucun indicateur ne mesure."""
    taux: tuple[TauxAttendu, ...]
    factures: tuple[FactureAttendue, ...]
    itsm: dict[str, int]
    """Les webhooks que l'ITSM doit recevoir, par type d'événement."""
    arrivees: dict[str, CompteAttendu]
    """Comment arrivent les actes de l'ITSM, par compte."""
    vie: dict[str, dict[str, ChiffreAttendu]]
    """Ce que deviennent les factures du mois, par sujet et par nom."""
    suivantes: tuple[FactureAttendue, ...]
    """Les factures du mois qui suit."""
    niveaux: dict[str, dict[str, ChiffreAttendu]]
    """Ce qui éprouve la mesure, par sujet et par nom."""


TOTAUX = ("total_avant_taxes", "tps", "tvq", "total")


def lire_attendu() -> Attendu:
    """L'oracle entier."""
    document = tomllib.loads((files("demo") / "attendu.toml").read_text("utf-8"))
    return Attendu(
        mesures=tuple(
            _mesure(cle, brut) for cle, brut in document["demandes"].items() if "mesure" in brut
        ),
        sans_mesure=tuple(c for c, brut in document["demandes"].items() if "mesure" not in brut),
        taux=tuple(_taux(brut) for brut in document["taux"]),
        factures=_factures(document["factures"]),
        itsm=document["itsm"],
        arrivees={nom: CompteAttendu(**brut) for nom, brut in document["arrivees"].items()},
        vie=_sujets(document["vie"]),
        suivantes=_factures(document["suivantes"]),
        niveaux=_sujets(document["niveaux"]),
    )


def _sujets(bruts: dict[str, Any]) -> dict[str, dict[str, ChiffreAttendu]]:
    return {
        sujet: {nom: ChiffreAttendu(*brut) for nom, brut in chiffres.items()}
        for sujet, chiffres in bruts.items()
    }


def _mesure(cle: str, brut: dict[str, Any]) -> MesureAttendue:
    return MesureAttendue(cle=cle, raisonnement=brut["raisonnement"], **brut["mesure"])


def _taux(brut: dict[str, Any]) -> TauxAttendu:
    return TauxAttendu(
        indicateur=brut["indicateur"],
        organisme=brut.get("organisme"),
        brut=_part(brut["brut"]),
        ajuste=_part(brut["ajuste"]),
        raisonnement=brut["raisonnement"],
    )


def _part(texte: str) -> tuple[int, int]:
    """« 4/7 » : quatre conformes sur sept mesurées."""
    conformes, mesurees = texte.split("/")
    return int(conformes), int(mesurees)


def _factures(bruts: dict[str, Any]) -> tuple[FactureAttendue, ...]:
    return tuple(_facture(code, brut) for code, brut in bruts.items())


def _facture(code: str, brut: dict[str, Any]) -> FactureAttendue:
    return FactureAttendue(
        organisme=code,
        lignes=tuple(
            LigneAttendue(
                nom=nom,
                tarif=tarif,
                nature=nature,
                debut=debut,
                montant=Decimal(montant),
                raisonnement=calcul,
            )
            for nom, tarif, nature, debut, montant, calcul in brut["lignes"]
        ),
        totaux={nom: Decimal(brut[nom]) for nom in TOTAUX},
        raisonnement=brut["raisonnement"],
    )
