"""Le bord en CSV : une rangée par cas du tableau, une par ligne d'une liste."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from courtier.bord.domaine.listes import Autorisable, Signable
from courtier.bord.domaine.tableau import DEFINITIONS, Constat
from noyau import jour_de_quebec
from pages.tableur import cellule, ecrire, entete

COLONNES: Final = (
    "rubrique", "libelle", "organisme", "nom", "date_dite", "le", "montant", "lien",
)  # fmt: skip
DU_DIRIGEANT: Final = (
    "objet", "objet_id", "titre", "depuis", "total", "repere", "ecart", "criteres", "autorise",
    "reserves", "lien",
)  # fmt: skip
DU_SIGNATAIRE: Final = (
    "objet", "objet_id", "contrat_id", "fournisseur", "depuis", "montant", "mandat_id",
    "empechement", "reserves", "lien",
)  # fmt: skip


def en_tetes(nom: str) -> Mapping[str, str]:
    """Ce qui fait enregistrer le CSV sous ce nom."""
    return {"Vary": "Accept", "Content-Disposition": f'attachment; filename="{nom}.csv"'}


def rangees(constat: Constat) -> Iterator[tuple[object, ...]]:
    """Les rangées d'une rubrique."""
    dite = DEFINITIONS[constat.rubrique]
    for cas in constat.cas:
        yield (
            constat.rubrique.value, dite.libelle, cas.organisme, cas.nom, dite.date_dite, cas.le,
            cas.montant, cas.lien,
        )  # fmt: skip


def du_dirigeant(elements: Iterable[Autorisable]) -> bytes:
    """Le CSV de la liste du dirigeant."""
    return _rendre(
        DU_DIRIGEANT,
        (
            (
                a.objet.value, a.objet_id, a.titre, a.depuis, a.total, a.repere, a.ecart,
                ", ".join(a.criteres), a.autorise, _reserves(a), a.lien,
            )
            for a in elements
        ),
    )  # fmt: skip


def _reserves(autorisable: Autorisable) -> str:
    """Chaque offre en réserve, son plancher, et le motif qu'en écrit l'organisme."""
    return "; ".join(
        f"{r.offre_id} : {r.plancher} $ ({r.motif or 'sans motif'})" for r in autorisable.reserves
    )


def du_signataire(elements: Iterable[Signable]) -> bytes:
    """Le CSV de la liste du signataire."""
    return _rendre(
        DU_SIGNATAIRE,
        (
            (
                s.attente.objet.value, s.attente.objet_id, s.attente.contrat_id,
                s.attente.fournisseur, jour_de_quebec(s.attente.depuis), s.attente.montant,
                s.signature.mandat_id if s.signature else None, s.empechement,
                s.attente.lien_des_reserves, s.attente.lien,
            )
            for s in elements
        ),
    )  # fmt: skip


def _rendre(colonnes: Iterable[str], lignes: Iterable[Iterable[object]]) -> bytes:
    return entete(colonnes) + ecrire(map(cellule, ligne) for ligne in lignes)
