"""Comment un rapport écrit un taux, un compte et ce qu'un exercice additionne (SLA-4, SLA-9)."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from noyau import Mois
from pages import Cellule, Colonne, Tableau, Ton
from pages.ecriture import duree, mois, nombre, pourcentage
from sla.rapports.domaine.rapport import IndicateurRapporte, MoisAdditionnes, Rapport
from sla.taux.domaine.attendus import MESURES
from sla.taux.domaine.parts import EtatDuTaux, Taux

ETATS: Mapping[EtatDuTaux, tuple[str, Ton]] = MappingProxyType(
    {
        EtatDuTaux.ATTEINTE: ("cible atteinte", Ton.BON),
        EtatDuTaux.NON_ATTEINTE: ("cible non atteinte", Ton.MAUVAIS),
        EtatDuTaux.SANS_CIBLE: ("sans cible", Ton.NEUTRE),
        EtatDuTaux.SANS_OBJET: ("", Ton.NEUTRE),
    }
)
"""Ce qui se dit d'un taux à côté de sa cible; sans objet, le taux le dit déjà."""


def ecrire_taux(taux: Taux, cible: Decimal | None) -> str:
    """« 94,12 % », ou « sans objet »."""
    return pourcentage(taux.arrondi(cible))


def juger(taux: Taux, cible: Decimal | None, plus: str = "") -> Cellule:
    """Un taux, et s'il atteint sa cible."""
    dit, ton = ETATS[taux.etat(cible)]
    detail = "; ".join(filter(None, [dit, plus]))
    return Cellule(ecrire_taux(taux, cible), detail, None if ton is Ton.NEUTRE else ton)


def compter(unite: str, combien: int) -> str:
    """Des mesures, ou des secondes dites en heures et en minutes."""
    return nombre(combien) if unite == MESURES else duree(combien)


def exercice(rapport: Rapport) -> Tableau:
    """D'où vient le taux de l'exercice : ce qui s'y compte, et les mois qu'il additionne."""
    courant = Mois.lire(rapport.periode).exercice
    return Tableau(
        titre=f"Exercice {courant}, à la fin de {mois(rapport.periode)}",
        colonnes=(
            Colonne("Indicateur"),
            Colonne("Mesuré, ou service", nombre=True),
            Colonne("Non tenu, ou panne", nombre=True),
            Colonne("Mois additionnés"),
            Colonne("Taux ajusté", nombre=True),
        ),
        lignes=[_ligne(i) for i in rapport.indicateurs],
    )


def _ligne(i: IndicateurRapporte) -> tuple[Cellule | str, ...]:
    e = i.exercice
    return (
        i.code,
        _ajuste_et_brut(i.unite, e.mesurees_ajuste, e.mesurees),
        _ajuste_et_brut(i.unite, e.mesurees_ajuste - e.conformes_ajuste, e.mesurees - e.conformes),
        _mois(i.mois_exercice),
        juger(e.ajuste, e.cible),
    )


def _ajuste_et_brut(unite: str, ajuste: int, brut: int) -> Cellule:
    return Cellule(compter(unite, ajuste), f"brut : {compter(unite, brut)}")


def _mois(additionnes: MoisAdditionnes | None) -> Cellule:
    if additionnes is None:
        return Cellule("non dits")
    fermes, ouverts = additionnes.fermes, additionnes.ouverts
    dits = [f"fermés : {len(fermes)}"] if fermes else []
    if ouverts:
        dits.append(f"pas encore fermés : {', '.join(map(mois, ouverts))}")
    return Cellule(f"{len(fermes) + len(ouverts)} mois", "; ".join(dits))
