"""Tous les événements, par type et par producteur; un type ne se déclare qu'une fois."""

from collections.abc import Mapping
from types import MappingProxyType

from contrats import catalogue, courtier, demandes, facturation, sla
from contrats.base import Evenement
from noyau import sujet_de


def _registre() -> Mapping[tuple[str, int], type[Evenement]]:
    table: dict[tuple[str, int], type[Evenement]] = {}
    for module in (catalogue, demandes, facturation, courtier, sla):
        for classe in module.EVENEMENTS:
            cle = (classe.TYPE, classe.VERSION)
            if cle in table:
                raise RuntimeError(f"L'événement {cle} est déclaré deux fois.")
            if module.__name__.rpartition(".")[2] != classe.PRODUCTEUR:
                raise RuntimeError(f"{classe.__name__} n'est pas dans le module de son producteur.")
            table[cle] = classe
    return MappingProxyType(table)


PRODUCTEURS = ("catalogue", "demandes", "facturation", "courtier", "sla")
SUJETS: Mapping[str, str] = MappingProxyType({p: sujet_de(p) for p in PRODUCTEURS})
EVENEMENTS: Mapping[tuple[str, int], type[Evenement]] = _registre()

A_VENIR: frozenset[type[Evenement]] = frozenset(
    {
        catalogue.StatuQuoAccorde,
        catalogue.StatuQuoFini,
        demandes.PrestationEffectuee,
        demandes.ActifCede,
        demandes.ActifRecu,
    }
)
"""Ceux dont l'acte n'existe pas encore; une fiche peut déjà les citer (CAT-9)."""
