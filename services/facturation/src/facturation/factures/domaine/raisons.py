"""Pourquoi plus rien n'est dû de ce qui fut facturé : la ligne qui le rend le dit (FAC-9)."""

from collections.abc import Iterator
from uuid import UUID

from facturation.creances.domaine.creances import Identite, Nature
from facturation.creances.domaine.faits import Role, Source


def raison(source: Source, identite: Identite) -> str:
    """La phrase qui le dit, de ce que l'on sait aujourd'hui des actes de la source."""
    causes = "; ".join(_causes(source, identite))
    return f"Plus rien n'est dû : {causes or 'son tarif, ou le prix de ce jour, a changé'}."


def _causes(source: Source, identite: Identite) -> Iterator[str]:
    valent = {fait.acte_id: fait for fait in source.faits}
    rectifies = _rectifies(source, identite)
    nuls = sum(acte not in valent for acte in rectifies)
    if nuls:
        yield "un acte est annulé" if nuls == 1 else f"{nuls} actes sont annulés"
    for jour in sorted({valent[acte].jour for acte in rectifies if acte in valent}):
        yield f"un acte est redaté au {jour}"
    fins = [f.jour for f in source.faits if f.role is Role.FINIT and f.jour <= identite.debut]
    if fins and identite.nature is Nature.ABONNEMENT:
        yield f"une fin est dite au {max(fins)}"


def _rectifies(source: Source, identite: Identite) -> list[UUID]:
    """Les actes rectifiés dont dépend la créance : le sien, ou tous ceux de la source."""
    actes = {str(acte) for acte in (*source.rectifications, *(f.acte_id for f in source.faits))}
    if identite.cle not in actes:
        return list(source.rectifications)
    return [acte for acte in source.rectifications if str(acte) == identite.cle]
