"""Du domaine aux lignes des tables, et retour."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, assert_never

from pydantic import TypeAdapter

from facturation.domaine import documents
from facturation.domaine.executions import EtatSort, Execution, Sort
from facturation.domaine.factures import Facture
from facturation.domaine.faits import (
    Amenagement,
    FaitRecu,
    FinActif,
    Intervention,
    Livraison,
    Resiliation,
    SignatureContrat,
    Souscription,
)
from facturation.domaine.tarifs import Tarif
from socle.noyau import Mois, Montant

_FAITS: TypeAdapter[FaitRecu] = TypeAdapter(FaitRecu)
_TARIFS: TypeAdapter[tuple[Tarif, ...]] = TypeAdapter(tuple[Tarif, ...])


def ligne_fait(fait: FaitRecu) -> dict[str, Any]:
    """Un fait, ses colonnes de recherche et ses données entières."""
    return {
        "organisme": fait.organisme,
        "evenement": fait.evenement,
        "genre": fait.genre,
        "source": fait.source,
        "effet": _effet(fait),
        "survenu_le": fait.survenu_le,
        "produit": fait.produit if isinstance(fait, Livraison | FinActif) else None,
        "donnees": _FAITS.dump_python(fait, mode="json"),
    }


def fait_de(donnees: Mapping[str, Any]) -> FaitRecu:
    """Le fait que `ligne_fait` a écrit."""
    return _FAITS.validate_python(donnees)


def _effet(fait: FaitRecu) -> date:
    match fait:
        case FinActif():
            return fait.fait_le
        case Souscription():
            return fait.debut
        case Resiliation():
            return fait.fin
        case Livraison() | Amenagement() | Intervention() | SignatureContrat():
            return fait.jour
        case _:
            assert_never(fait)


def tarifs_en_json(tarifs: tuple[Tarif, ...]) -> list[dict[str, Any]]:
    """Les tarifs d'une version de fiche, en valeurs JSON."""
    valeurs: list[dict[str, Any]] = _TARIFS.dump_python(tarifs, mode="json")
    return valeurs


def tarifs_de(valeurs: object) -> tuple[Tarif, ...]:
    """Les tarifs que `tarifs_en_json` a écrits."""
    return _TARIFS.validate_python(valeurs)


def lignes_facture(facture: Facture) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Une facture et ses lignes; le document se refait d'elles, à l'identique."""
    document = documents.de_facture(facture)
    corps, totaux = document["lignes"], facture.projet.totaux
    commun = {"organisme": document["organisme"], "periode": document["periode"]}
    entete = {
        **commun,
        "numero": facture.numero,
        "emise_le": facture.emise_le,
        "nombre_lignes": len(corps),
        "total_avant_taxes": totaux.avant_taxes.decimal,
        "tps": totaux.tps.decimal,
        "tvq": totaux.tvq.decimal,
        "total": totaux.total.decimal,
        "entete": {nom: valeur for nom, valeur in document.items() if nom != "lignes"},
        "empreinte": documents.empreinte(document),
    }
    lignes = [
        {
            **commun,
            "rang": rang,
            "source": ligne.identite.source,
            "tarif": ligne.identite.tarif,
            "nature": ligne.identite.nature.value,
            "debut": ligne.identite.debut,
            "montant": ligne.montant.decimal,
            "donnees": donnees,
        }
        for rang, (ligne, donnees) in enumerate(zip(facture.projet.lignes, corps, strict=True), 1)
    ]
    return entete, lignes


def ligne_sort(sort: Sort) -> dict[str, Any]:
    """Le sort d'un organisme, sans son exécution."""
    return {
        "organisme": sort.organisme,
        "etat": sort.etat.value,
        "numero": sort.numero,
        "total": None if sort.total is None else sort.total.decimal,
        "raison": sort.raison,
    }


def execution_de(ligne: Any, sorts: Iterable[Any]) -> Execution:  # noqa: ANN401 -- lignes SQL
    """Une exécution et le sort de chacun de ses organismes."""
    return Execution(
        id=ligne.id,
        periode=Mois.lire(ligne.periode),
        organisme=ligne.organisme,
        demandee_le=ligne.demandee_le,
        demandee_par=ligne.demandee_par,
        sorts=tuple(
            Sort(
                organisme=s.organisme,
                etat=EtatSort(s.etat),
                numero=s.numero,
                total=None if s.total is None else Montant.de(s.total),
                raison=s.raison,
            )
            for s in sorts
        ),
    )
