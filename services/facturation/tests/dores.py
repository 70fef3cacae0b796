"""Les cas dorés : ce qu'un récit rend dû, chaque somme posée à la main à côté de lui.

Une somme s'écrit comme on la pose, « 219 × 17 ÷ 30 = 124,10 » : l'opération se vérifie ici en
fractions, sans rien du moteur, puis le moteur doit rendre son résultat.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final

from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.faits import Appris, sources
from facturation.factures.domaine.factures import Situation
from facturation.tarification.domaine.tarification import Tarification
from facturation.tarification.domaine.tarifs import VersionFiche
from noyau import Mois
from services.facturation.tests import livrees as l
from services.facturation.tests.builders import SEPTEMBRE, situation

_TERME: Final = re.compile(r"([+−]?)([^+−]+)")
_FACTEUR: Final = re.compile(r"([×÷]?) ?([0-9]+(?:,[0-9]+)?)(?: mois| h)?$")


def jour(j: int, mois: int = 9, annee: int = 2026) -> date:
    return date(annee, mois, j)


def entiers(code: str, premier: Mois, nombre: int, montant: str) -> list[tuple[str, str]]:
    """Autant de mois entiers, chacun au même montant."""
    lignes, mois = [], premier
    for _ in range(nombre):
        lignes.append((f"{code} abonnement {mois.debut}", f"{montant} = {montant}"))
        mois = mois.suivant
    return lignes


def pose(operation: str) -> str:
    """Le résultat d'une opération écrite, vérifié : au cent, la demie s'éloignant de zéro."""
    termes, _, resultat = operation.rpartition(" = ")
    exact = sum((_terme(*t) for t in _TERME.findall(termes or resultat)), Fraction(0))
    cents = int(abs(exact) * 100 + Fraction(1, 2)) * (1 if exact >= 0 else -1)
    dit = Fraction(resultat.replace("−", "-").replace(",", ".")) * 100
    assert cents == dit, f"{operation} : l'opération donne {Fraction(cents, 100)}"
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _terme(signe: str, produit: str) -> Fraction:
    valeur = Fraction(1)
    for facteur in re.split(r" (?=[×÷])", produit.strip()):
        lu = _FACTEUR.match(facteur.strip())
        assert lu, f"« {facteur} » ne se lit pas."
        nombre = Fraction(lu[2].replace(",", "."))
        valeur = valeur / nombre if lu[1] == "÷" else valeur * nombre
    return -valeur if signe == "−" else valeur


@dataclass(frozen=True, slots=True, kw_only=True)
class Cas:
    """Un récit, ce qu'il rend dû jusqu'à un mois, et ce qui en attend.

    `du` : (« tarif nature jour », l'opération); `attend` : « tarif : motif »; `organisme` : celui
    dont on lit le document.
    """

    quoi: str
    faits: Iterable[Appris]
    du: tuple[tuple[str, str], ...] = ()
    attend: tuple[str, ...] = ()
    jusqua: Mois = SEPTEMBRE
    fiches: tuple[VersionFiche, ...] = ()
    portes: tuple[tuple[str, ...], ...] = ()
    ropn: Mapping[str, str] = field(default_factory=dict)

    @property
    def codes(self) -> set[str]:
        """Les tarifs dont il montre une somme, ou l'attente."""
        return {dit.partition(" ")[0] for dit, _ in self.du} | {
            motif.partition(" : ")[0] for motif in self.attend
        }

    @property
    def tarifs(self) -> Tarification:
        return l.catalogue(*self.fiches, portes=self.portes, ropn=self.ropn)


def lire(situation_: Situation, jusqua: Mois) -> tuple[list[tuple[str, str]], list[str]]:
    """Ce que dit le document : « tarif nature jour » et montant de chaque ligne; les attentes."""
    projet = situation_.projeter(jusqua)
    lignes = [
        (f"{i.tarif} {i.nature} {i.debut}", str(x.montant))
        for x in projet.lignes
        for i in (x.identite,)
    ]
    return sorted(lignes), sorted(f"{a.identite.tarif} : {a.motif}" for a in projet.attentes)


def verifier(cas: Cas, tarifs: Tarification | None = None) -> None:
    """Le document et le calcul nu disent ce qui est posé, et rien d'autre."""
    appris, t = list(cas.faits), tarifs or cas.tarifs
    attendu = sorted((dit, pose(operation)) for dit, operation in cas.du)
    assert lire(situation(appris, t), cas.jusqua) == (attendu, sorted(cas.attend))
    creances = calculer(sources(appris), t, cas.jusqua).creances
    dites = [(c.identite.tarif, str(c.montant)) for c in creances if c.montant]
    assert sorted(dites) == sorted((dit.partition(" ")[0], m) for dit, m in attendu)
