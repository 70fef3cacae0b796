"""Ce qu'une version contredit de ce qui vaut : sa fiche avant et après elle, les autres fiches."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, pairwise

from catalogue.fiches.domaine.annuaire import AnnuaireFaits
from catalogue.fiches.domaine.chronologie import PublicationRefusee
from catalogue.fiches.domaine.contenu import ContenuFiche, Tarif
from catalogue.fiches.domaine.erreurs import Erreur, dire
from catalogue.fiches.domaine.indicateurs import verifier_indicateur
from catalogue.fiches.domaine.tarifs import ABONNEMENTS_OUVERTS, verifier_tarif
from noyau import Chronologie, Version, compatibles


@dataclass(frozen=True, slots=True)
class TarifAilleurs:
    """Un tarif d'une autre fiche, qui vaut quelque part des mêmes jours."""

    fiche: str
    tarif: Tarif


def verifier(contenu: ContenuFiche, annuaire: AnnuaireFaits) -> Iterator[Erreur]:
    """Ce qu'une fiche dit, et que personne ne pourrait facturer ou mesurer (CAT-9)."""
    lieux = [f"tarifs[{n}].code" for n in range(len(contenu.tarifs))]
    lieux += [f"indicateurs[{n}].code" for n in range(len(contenu.indicateurs))]
    vus: set[str] = set()
    for champ, code in zip(lieux, contenu.codes, strict=True):
        if code in vus:
            yield Erreur(champ, f"« {code} » paraît deux fois.")
        vus.add(code)
    for n, tarif in enumerate(contenu.tarifs):
        yield from verifier_tarif(f"tarifs[{n}]", tarif, annuaire)
    for n, indicateur in enumerate(contenu.indicateurs):
        yield from verifier_indicateur(f"indicateurs[{n}]", indicateur, annuaire)


def tarifs_ailleurs(
    autres: Mapping[str, Chronologie[ContenuFiche]], debut: date, fin: date | None
) -> Sequence[TarifAilleurs]:
    """Les tarifs des autres fiches qui valent un jour au moins de `[debut, fin)`."""
    return [
        TarifAilleurs(fiche, tarif)
        for fiche, versions in autres.items()
        for version, suivante in pairwise((*versions.versions, None))
        if version is not None
        and (fin is None or version.debut < fin)
        and (suivante is None or debut < suivante.debut)
        for tarif in version.valeur.tarifs
    ]


def cumuls(tarifs: Sequence[Tarif], ailleurs: Iterable[TarifAilleurs]) -> Iterator[Erreur]:
    """Deux tarifs dus pour le même fait sans que chacun l'ait dit de l'autre (CAT-9)."""
    voisins = list(ailleurs)
    for (n, un), (m, autre) in combinations(enumerate(tarifs), 2):
        if _meme_fait(un, autre):
            for rang, de, vers in ((n, un, autre), (m, autre, un)):
                if vers.code not in de.cumule_avec:
                    yield Erreur(f"tarifs[{rang}].cumule_avec", _par_accident(f"« {vers.code} »"))
    for n, tarif in enumerate(tarifs):
        champ = f"tarifs[{n}].cumule_avec"
        for code, fiche in dict.fromkeys(
            (voisin.tarif.code, voisin.fiche)
            for voisin in voisins
            if _meme_fait(tarif, voisin.tarif) and not _reciproque(tarif, voisin.tarif)
        ):
            yield Erreur(champ, _par_accident(f"« {code} », de la fiche {fiche},"))


def _par_accident(autre: str) -> str:
    return (
        f"{autre} serait dû pour le même fait : que leurs « si » les distinguent, ou que chacun"
        " nomme l'autre dans « cumule_avec »."
    )


def _meme_fait(un: Tarif, autre: Tarif) -> bool:
    evenement = un.du.evenement
    return (
        evenement is not None
        and evenement == autre.du.evenement
        and compatibles(un.du.predicat, autre.du.predicat)
    )


def _reciproque(un: Tarif, autre: Tarif) -> bool:
    return autre.code in un.cumule_avec and un.code in autre.cumule_avec


def sans_finis_passes(
    contenu: ContenuFiche, avant: ContenuFiche | None, anciens: Collection[str]
) -> ContenuFiche:
    """Le contenu, sans redire dans `finis` ce qui avait déjà fini : une relecture le porte."""
    presents = {*contenu.codes, *(avant.codes if avant else ())}
    finis = tuple(c for c in contenu.finis if c in presents or c not in anciens)
    return replace(contenu, finis=finis)


def silences(avant: ContenuFiche, apres: ContenuFiche) -> Iterator[Erreur]:
    """Ce qui disparaît, ou change de décompte, sans que la version le dise."""
    perdus = [c for c in avant.codes if c not in {*apres.codes, *apres.finis}]
    if perdus:
        yield Erreur("finis", f"Disparaît sans le dire : {dire(perdus)}. Nommez-le dans « finis ».")
    for n, tarif in enumerate(apres.tarifs):
        if _cesse_d_etre_mensuel(tarif, avant) and tarif.abonnements_ouverts is None:
            yield Erreur(
                f"tarifs[{n}].abonnements_ouverts",
                f"« {tarif.code} » ne se compte plus au mois : ses abonnements ouverts,"
                f" {dire(ABONNEMENTS_OUVERTS)}?",
            )


def exces(avant: ContenuFiche | None, apres: ContenuFiche) -> Iterator[Erreur]:
    """Ce que la version dit finir, ou changer, et qui ne finit ni ne change."""
    restent = [c for c in apres.finis if c in apres.codes]
    if restent:
        yield Erreur("finis", f"Est dit finir, et reste dans la fiche : {dire(restent)}.")
    connus = {*apres.codes, *(avant.codes if avant else ())}
    absents = [c for c in apres.finis if c not in connus]
    if absents:
        yield Erreur("finis", f"Est dit finir, et ne valait pas : {dire(absents)}.")
    for n, tarif in enumerate(apres.tarifs):
        dit, champ = tarif.abonnements_ouverts, f"tarifs[{n}].abonnements_ouverts"
        if dit is None:
            continue
        if dit not in ABONNEMENTS_OUVERTS:
            yield Erreur(champ, f"Les suites connues : {dire(ABONNEMENTS_OUVERTS)}.")
        elif not _cesse_d_etre_mensuel(tarif, avant) and not _redit(tarif, avant):
            yield Erreur(champ, "Ne se dit que d'un tarif qui cesse de se compter au mois.")


def _ancien(tarif: Tarif, avant: ContenuFiche | None) -> Tarif | None:
    return next((t for t in avant.tarifs if t.code == tarif.code), None) if avant else None


def _cesse_d_etre_mensuel(tarif: Tarif, avant: ContenuFiche | None) -> bool:
    ancien = _ancien(tarif, avant)
    return ancien is not None and ancien.quantite.forme == "mois" != tarif.quantite.forme


def _redit(tarif: Tarif, avant: ContenuFiche | None) -> bool:
    """La version précédente le disait déjà : une relecture le porte encore."""
    ancien = _ancien(tarif, avant)
    return ancien is not None and ancien.abonnements_ouverts == tarif.abonnements_ouverts


def silences_de_la_suivante(avant: ContenuFiche, apres: Version[ContenuFiche]) -> Iterator[Erreur]:
    """Ce que la version suivante tait, maintenant qu'elle suit celle-là."""
    for erreur in silences(avant, apres.valeur):
        yield Erreur(
            erreur.champ,
            f"Version {apres.numero}, du {apres.debut}, qui suivrait : {erreur.raison}",
        )


def refuser_montants_perdus(avant: ContenuFiche, apres: Version[ContenuFiche]) -> None:
    """Un montant connu ne redevient pas absent; lève `PublicationRefusee` (CAT-2)."""
    restes = {tarif.code: tarif for tarif in apres.valeur.tarifs}
    perdus = sorted(
        t.code for t in avant.tarifs if t.code in restes and restes[t.code].vides - t.vides
    )
    if perdus:
        raise PublicationRefusee(
            "trou",
            f"À partir du {apres.debut}, plus aucun montant pour : {', '.join(perdus)}.",
            debut=apres.debut,
        )
