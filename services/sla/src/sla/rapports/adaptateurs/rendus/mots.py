"""Comment un rapport écrit un taux, un compte et ce qu'un exercice additionne (SLA-4, SLA-9)."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from noyau import Mois, elider
from pages import Cellule, Colonne, Tableau, Ton
from pages.ecriture import INSECABLE, duree, mois, nombre, pourcentage
from sla.rapports.domaine.rapport import IndicateurRapporte, MoisAdditionnes, Rapport
from sla.taux.domaine.attendus import MESURES
from sla.taux.domaine.lus import Chiffres
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


def corrige(publie: Taux, cible: Decimal | None, actuel: Taux, sa_cible: Decimal | None) -> str:
    """« corrigé depuis : 90 %, cible non atteinte », si ce taux n'est plus le publié (SLA-7)."""
    if publie.valeur == actuel.valeur and publie.etat(cible) is actuel.etat(sa_cible):
        return ""
    dit, _ = ETATS[actuel.etat(sa_cible)]
    devenu = ", ".join(filter(None, [ecrire_taux(actuel, sa_cible), dit]))
    return f"corrigé depuis{INSECABLE}: {devenu}"


def ajuste_corrige(publie: Chiffres, actuel: Chiffres | None) -> str:
    """Ce que le taux ajusté est devenu; sans actuel, rien."""
    if actuel is None:
        return ""
    return corrige(publie.ajuste, publie.cible, actuel.ajuste, actuel.cible)


def ecrire_brut(publie: Chiffres, actuel: Chiffres | None) -> Cellule:
    """Un taux brut, et ce qu'il est devenu : la cible ne le juge pas."""
    note = "" if actuel is None else corrige(publie.brut, None, actuel.brut, None)
    return Cellule(
        ecrire_taux(publie.brut, publie.cible),
        note.removesuffix(f", {ETATS[EtatDuTaux.SANS_CIBLE][0]}"),
    )


def compte_corrige(unite: str, publie: int, actuel: int) -> str:
    """« corrigé depuis : 3 », si ce compte n'est plus le publié."""
    return "" if publie == actuel else f"corrigé depuis{INSECABLE}: {compter(unite, actuel)}"


def compter(unite: str, combien: int) -> str:
    """Des mesures, ou des secondes dites en heures et en minutes."""
    return nombre(combien) if unite == MESURES else duree(combien)


def exercice(rapport: Rapport) -> Tableau:
    """D'où vient le taux de l'exercice : ce qui s'y compte, et les mois qu'il additionne."""
    courant = Mois.lire(rapport.periode).exercice
    return Tableau(
        titre=f"Exercice {courant}, à la fin {elider('de', mois(rapport.periode))}",
        colonnes=(
            Colonne("Indicateur"),
            Colonne("Mesuré, ou service", nombre=True),
            Colonne("Non tenu, ou panne", nombre=True),
            Colonne("Mois additionnés"),
            Colonne("Taux brut", nombre=True),
            Colonne("Taux ajusté", nombre=True),
        ),
        lignes=[_ligne(i) for i in rapport.indicateurs],
    )


def _ligne(i: IndicateurRapporte) -> tuple[Cellule | str, ...]:
    e, actuel = i.exercice, i.exercice_actuel or i.exercice
    return (
        i.code,
        _ajuste_et_brut(i.unite, _mesures(e), _mesures(actuel)),
        _ajuste_et_brut(i.unite, _non_tenus(e), _non_tenus(actuel)),
        _mois(i.mois_exercice),
        ecrire_brut(e, actuel),
        juger(e.ajuste, e.cible, ajuste_corrige(e, actuel)),
    )


def _mesures(lus: Chiffres) -> tuple[int, int]:
    return lus.mesurees_ajuste, lus.mesurees


def _non_tenus(lus: Chiffres) -> tuple[int, int]:
    return lus.mesurees_ajuste - lus.conformes_ajuste, lus.mesurees - lus.conformes


def _ajuste_et_brut(unite: str, publies: tuple[int, int], actuels: tuple[int, int]) -> Cellule:
    """Le compte ajusté puis le brut; et, corrigés, ce que sont devenus l'un et l'autre."""
    (ajuste, brut), (depuis, brut_depuis) = publies, actuels
    detail = f"brut : {compter(unite, brut)}"
    if publies != actuels:
        devenus = f"{compter(unite, depuis)}, brut : {compter(unite, brut_depuis)}"
        detail += f"; corrigé depuis{INSECABLE}: {devenus}"
    return Cellule(compter(unite, ajuste), detail)


def _mois(additionnes: MoisAdditionnes | None) -> Cellule:
    if additionnes is None:
        return Cellule("non dits")
    fermes, ouverts = additionnes.fermes, additionnes.ouverts
    dits = [f"fermés : {len(fermes)}"] if fermes else []
    if ouverts:
        dits.append(f"pas encore fermés : {', '.join(map(mois, ouverts))}")
    return Cellule(f"{len(fermes) + len(ouverts)} mois", "; ".join(dits))
