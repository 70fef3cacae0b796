"""Comparer ce que le système a donné à l'oracle, chiffre par chiffre, et nommer ce qui diffère."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from demo.attendu import TOTAUX, Attendu, ChiffreAttendu, FactureAttendue, LigneAttendue
from demo.documents import Facture, Ligne
from demo.resultats import Ecart, Resultats
from demo.taux import Part
from noyau import Mois

K = TypeVar("K", bound=Hashable)
SANS_OBJET = "sans objet"
ABSENT = "rien"
_COMPTES = {
    "hors_ordre": "arrivés dans le désordre",
    "redits": "redits sous un autre identifiant",
    "inscrits": "inscrits",
    "differes": "différés",
    "redates": "redatés",
    "nuls": "annulés",
}
_SUJETS = {
    "approbations": "Aperçus approuvés",
    "validations": "Validations",
    "contestation": "Contestation",
    "courtage": "Courtage",
    "ecarts": "Ce qui a changé",
    "simulation": "Simulation",
    "comptes": "Comptes",
    "disponibilite": "Disponibilité",
    "secteur": "Date convenue",
    "exclusion": "Exclusion",
    "fermeture": "Mois fermé",
    "recalcul": "Recalcul simulé",
}


@dataclass(frozen=True, slots=True)
class Chiffre:
    """Un chiffre comparé : son nom, ce qu'il doit être et pourquoi, ce qu'il est."""

    nom: str
    attendu: str
    obtenu: str
    raisonnement: str = ""


def verifier(attendu: Attendu, resultats: Resultats) -> tuple[int, tuple[Ecart, ...]]:
    """Le nombre de chiffres comparés, et ceux qui diffèrent."""
    chiffres = [
        *_mesures(attendu, resultats),
        *_taux(attendu, resultats),
        *_factures("Facture", attendu.factures, resultats.factures),
        *_factures("Facture suivante", attendu.suivantes, resultats.vie.factures),
        *_sujets(attendu.vie, resultats.vie.chiffres()),
        *_sujets(attendu.niveaux, resultats.niveaux.chiffres()),
        *_itsm(attendu, resultats),
        *_arrivees(attendu, resultats),
        *_attente(resultats),
        *_recalcul(resultats),
    ]
    ecarts = tuple(
        Ecart(chiffre=c.nom, attendu=c.attendu, obtenu=c.obtenu, raisonnement=c.raisonnement)
        for c in chiffres
        if c.attendu != c.obtenu
    )
    return len(chiffres), ecarts


def _mesures(attendu: Attendu, resultats: Resultats) -> Iterator[Chiffre]:
    obtenues = {mesure.cle: mesure for mesure in resultats.mesures}
    voulues = {mesure.cle: mesure for mesure in attendu.mesures}
    yield from _memes_cles("Demandes mesurées", voulues, obtenues)
    for cle in _communes(voulues, obtenues):
        voulue, obtenue = voulues[cle], obtenues[cle]
        paires = (
            ("verdict", voulue.verdict, obtenue.verdict),
            ("jours comptés", voulue.jours, obtenue.jours),
            ("exclue du taux ajusté", voulue.exclue, obtenue.exclue),
            ("indicateur", voulue.indicateur, obtenue.indicateur),
        )
        for nom, a, o in paires:
            yield Chiffre(f"{cle}, {nom}", _dire(a), _dire(o), voulue.raisonnement)


def _taux(attendu: Attendu, resultats: Resultats) -> Iterator[Chiffre]:
    obtenus = {(taux.indicateur, taux.organisme): taux for taux in resultats.taux}
    voulus = {(taux.indicateur, taux.organisme): taux for taux in attendu.taux}
    yield from _memes_cles("Taux publiés", voulus, obtenus)
    for cle in _communes(voulus, obtenus):
        nom = f"Taux {cle[0]}, {cle[1] or 'tous les organismes'}"
        voulu, obtenu = voulus[cle], obtenus[cle]
        for genre, compte, part in (
            ("brut", voulu.brut, obtenu.brut),
            ("ajusté", voulu.ajuste, obtenu.ajuste),
        ):
            yield Chiffre(f"{nom}, {genre}", _part(*compte), _obtenue(part), voulu.raisonnement)


def _part(conformes: int, mesurees: int) -> str:
    """« 4/7 = 0.5714 », l'arrondi à quatre décimales refait ici."""
    if not mesurees:
        return f"{conformes}/{mesurees} = {SANS_OBJET}"
    dix_milliemes = (20_000 * conformes + mesurees) // (2 * mesurees)
    return f"{conformes}/{mesurees} = {Decimal(dix_milliemes).scaleb(-4)}"


def _obtenue(part: Part) -> str:
    valeur = SANS_OBJET if part.taux is None else str(part.taux)
    return f"{part.conformes}/{part.mesurees} = {valeur}"


def _factures(
    sorte: str, voulues_: Iterable[FactureAttendue], obtenues_: Iterable[Facture]
) -> Iterator[Chiffre]:
    obtenues = {facture.organisme: facture for facture in obtenues_}
    voulues = {facture.organisme: facture for facture in voulues_}
    yield from _memes_cles(f"{sorte}, émises", voulues, obtenues)
    for code in _communes(voulues, obtenues):
        yield from _facture(f"{sorte} {code}", voulues[code], obtenues[code])


def _facture(nom: str, voulue: FactureAttendue, obtenue: Facture) -> Iterator[Chiffre]:
    lignes = {_cle(ligne): ligne for ligne in obtenue.lignes}
    voulues = {_cle(ligne): ligne for ligne in voulue.lignes}
    yield Chiffre(f"{nom}, nombre de lignes", str(len(voulue.lignes)), str(len(obtenue.lignes)))
    yield from _memes_cles(f"{nom}, lignes", voulues, lignes)
    for cle in _communes(voulues, lignes):
        ligne, vue, sa = voulues[cle], lignes[cle], f"{nom}, {' · '.join(cle)}"
        yield Chiffre(sa, str(ligne.montant), str(vue.montant), ligne.raisonnement)
        origine = str(Mois.de(ligne.debut))
        yield Chiffre(f"{sa}, période d'origine", origine, vue.periode, "FAC-7")
    for total in TOTAUX:
        yield Chiffre(
            f"{nom}, {total}",
            str(voulue.totaux[total]),
            str(getattr(obtenue, total)),
            voulue.raisonnement,
        )
    yield Chiffre(f"{nom}, aperçu égal à l'émission", _dire(True), _dire(obtenue.apercu_egal))


def _cle(ligne: LigneAttendue | Ligne) -> tuple[str, ...]:
    return (ligne.nom, ligne.tarif, ligne.nature, ligne.debut.isoformat())


def _sujets(
    attendus: Mapping[str, Mapping[str, ChiffreAttendu]], obtenus: Mapping[str, Mapping[str, str]]
) -> Iterator[Chiffre]:
    """Chaque chiffre de l'oracle, par sujet."""
    for sujet, voulus in attendus.items():
        vus, titre = obtenus[sujet], _SUJETS[sujet]
        yield from _memes_cles(titre, voulus, vus)
        for nom in _communes(voulus, vus):
            voulu = voulus[nom]
            yield Chiffre(f"{titre} : {nom}", voulu.valeur, vus[nom], voulu.raisonnement)


def _itsm(attendu: Attendu, resultats: Resultats) -> Iterator[Chiffre]:
    vus = resultats.echanges
    yield Chiffre("Actes de l'ITSM encore différés", "0", str(vus.differes_restants), "DEM-10")
    yield Chiffre("Webhooks mal signés", "0", str(vus.fausses_signatures), "DEM-10")
    yield from _memes_cles("Types de webhooks reçus par l'ITSM", attendu.itsm, vus.sortants)
    for type_ in _communes(attendu.itsm, vus.sortants):
        nom = f"Webhooks « {type_} » reçus par l'ITSM"
        yield Chiffre(nom, str(attendu.itsm[type_]), str(vus.sortants[type_]), "DEM-10")


def _arrivees(attendu: Attendu, resultats: Resultats) -> Iterator[Chiffre]:
    obtenus = resultats.arrivees.comptes
    yield from _memes_cles("Comptes d'arrivée", attendu.arrivees, obtenus)
    for nom in _communes(attendu.arrivees, obtenus):
        voulu = attendu.arrivees[nom]
        titre = f"Actes de l'ITSM {_COMPTES.get(nom, nom)}"
        yield Chiffre(titre, str(voulu.combien), str(obtenus[nom]), voulu.raisonnement)


def _attente(resultats: Resultats) -> Iterator[Chiffre]:
    levee = resultats.attente.levee_le is not None
    yield Chiffre("Ligne mise en attente", "COURTIER-FRAIS", resultats.attente.tarif, "CI-20")
    yield Chiffre("Ligne en attente levée par la grille", _dire(True), _dire(levee), "CI-20")


def _recalcul(resultats: Resultats) -> Iterator[Chiffre]:
    nombre = len(resultats.organismes)
    voulu = f"Organismes vérifiés : {nombre}; qui diffèrent : 0."
    yield Chiffre("Recalcul entier des factures", voulu, resultats.recalcul, "FAC-14")


def _memes_cles(
    nom: str, voulues: Mapping[K, object], obtenues: Mapping[K, object]
) -> list[Chiffre]:
    """Un chiffre par clé absente ou de trop; un seul, juste, s'il n'y en a pas."""
    manque = [
        Chiffre(f"{nom} : {_lire(c)}", "présent", ABSENT) for c in voulues if c not in obtenues
    ]
    trop = [Chiffre(f"{nom} : {_lire(c)}", ABSENT, "présent") for c in obtenues if c not in voulues]
    return manque + trop or [Chiffre(nom, str(len(voulues)), str(len(obtenues)))]


def _communes(voulues: Mapping[K, object], obtenues: Mapping[K, object]) -> list[K]:
    return [cle for cle in voulues if cle in obtenues]


def _lire(cle: object) -> str:
    if isinstance(cle, tuple):
        return " · ".join(str(part) for part in cle if part is not None)
    return str(cle)


def _dire(valeur: str | int | bool | None) -> str:
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return "aucun" if valeur is None else str(valeur)
