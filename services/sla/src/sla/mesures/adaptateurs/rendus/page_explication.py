"""La page qui explique un verdict à une personne (SLA-3)."""

import re
from collections.abc import Iterator

from calendrier import Decompte
from pages import Cellule, Colonne, Frise, Tableau, Ton, dessiner_frise, environnement
from pages.ecriture import en_mots, instant, jour, pourcentage
from sla.mesures.domaine.conditions import Conclusion
from sla.mesures.domaine.explication import TITRES, Explication, FaitExplique
from sla.mesures.domaine.verdict import Verdict

_CONCLUSIONS = {
    Conclusion.EXCLUE: "exclut la mesure du taux ajusté",
    Conclusion.RETENUE: "n'exclut pas",
    Conclusion.ANNULEE: "exclusion annulée",
    Conclusion.SIGNALEE: "non tranchée, signalée",
    Conclusion.SANS_OBJET: "sans objet",
}
_AVIS = {
    Verdict.CONFORME: "succes",
    Verdict.MANQUEE: "erreur",
    Verdict.DEPASSEE: "avertissement",
    Verdict.EN_COURS: "information",
    Verdict.NON_MESUREE: "information",
}
_SANS_COMPTAGE = (
    "La mesure est tenue si elle finit au plus tard le jour de la dernière date convenue avant sa "
    "fin (SLA-4)."
)


def rendre(explication: Explication) -> str:
    """La page HTML d'une explication, frise comprise."""
    mesure = explication.mesure
    return (
        environnement("sla.mesures.adaptateurs.rendus")
        .get_template("explication.html.j2")
        .render(
            explication=explication,
            mesure=mesure,
            indicateur=mesure.regime.indicateur,
            titre=TITRES[mesure.verdict],
            sujet=f"{en_mots(mesure.sujet.sorte)} {mesure.numero or mesure.sujet.id}",
            conclusion=_dire(explication.conclusion, explication),
            avis_du_verdict=_AVIS[mesure.verdict],
            paires=tuple(_paires(explication)),
            frise=_frise(explication),
            decompte=_decompte(explication.decompte) if explication.decompte else None,
            suspensions=_suspensions(explication) if explication.suspensions else None,
            faits=_faits(explication.faits),
            conditions=_conditions(explication) if mesure.examens else None,
            regle=explication.comptage.regle if explication.comptage else _SANS_COMPTAGE,
        )
    )


def _paires(explication: Explication) -> Iterator[tuple[str, str]]:
    mesure, comptage = explication.mesure, explication.comptage
    indicateur = mesure.regime.indicateur
    yield "Indicateur", indicateur.code
    if comptage is not None and indicateur.delai is not None:
        yield "Délai", comptage.jours(indicateur.delai)
    cible = indicateur.cible
    yield "Cible du taux", "sans cible" if cible is None else pourcentage(cible)
    yield "Fiche qui régit", f"{mesure.regime.fiche}, version {mesure.regime.version}"
    if mesure.j0:
        yield "Jour zéro", jour(mesure.j0)
    if mesure.fin:
        yield "Fin", instant(mesure.fin)
    if explication.echeance:
        mot = "Échéance, sans autre suspension" if comptage else "Date convenue"
        yield mot, jour(explication.echeance)
    versions = ", ".join(explication.calendriers)
    yield "Calendrier", f"version{'s' if len(explication.calendriers) > 1 else ''} {versions}"


def _frise(explication: Explication) -> Frise | None:
    delai = explication.mesure.regime.indicateur.delai
    if explication.decompte is None or delai is None:
        return None
    return dessiner_frise(explication.decompte.intervalles, delai)


def _decompte(decompte: Decompte) -> Tableau:
    return Tableau(
        titre="Intervalle par intervalle",
        colonnes=(Colonne("Intervalle"), Colonne("Jours comptés", nombre=True)),
        lignes=[(i.phrase, str(i.jours)) for i in decompte.intervalles],
        total=("Total", str(decompte.jours)),
    )


def _suspensions(explication: Explication) -> Tableau:
    return Tableau(
        titre="Jours suspendus",
        titre_montre=False,
        colonnes=(
            Colonne("Depuis le"),
            Colonne("Fait"),
            Colonne("Décision"),
            Colonne("Jours", nombre=True),
        ),
        lignes=[
            (
                instant(s.episode.survenu_le),
                en_mots(s.episode.type),
                "" if s.ecartee is None else f"écartée par la contestation {s.ecartee.id}",
                "0" if s.ecartee else str(s.jours),
            )
            for s in explication.suspensions
        ],
        total=("Total", "", "", str(sum(explication.jours_suspendus.values()))),
    )


def _faits(faits: tuple[FaitExplique, ...]) -> Tableau:
    return Tableau(
        titre="Faits",
        titre_montre=False,
        colonnes=(Colonne("Survenu le"), Colonne("Fait"), Colonne("Effet")),
        lignes=[
            (
                Cellule(instant(fait.episode.survenu_le), "; ".join(_precisions(fait))),
                en_mots(fait.episode.type),
                fait.effet,
            )
            for fait in faits
        ],
    )


def _precisions(fait: FaitExplique) -> Iterator[str]:
    if fait.episode.annonce_le:
        yield f"rectifié, d'abord annoncé le {instant(fait.episode.annonce_le)}"
    if fait.appris_le:
        yield f"appris le {instant(fait.appris_le)}"


def _conditions(explication: Explication) -> Tableau:
    return Tableau(
        titre="Conditions examinées",
        titre_montre=False,
        colonnes=(Colonne("Condition"), Colonne("Conclusion"), Colonne("Preuve")),
        lignes=[
            (
                f"{examen.condition} – {examen.libelle}",
                Cellule(
                    _CONCLUSIONS[examen.conclusion],
                    ton=Ton.MAUVAIS if examen.conclusion is Conclusion.SIGNALEE else None,
                ),
                _dire(examen.preuve, explication),
            )
            for examen in explication.mesure.examens
        ],
    )


def _dire(phrase: str, explication: Explication) -> str:
    """Une phrase dont les codes se lisent : types de ses faits, noms et valeurs de faits.

    Rien d'autre n'y change : un point entre deux mots n'est pas toujours un code.
    """
    types = {fait.episode.type for fait in explication.faits}
    codes = "|".join([*map(re.escape, sorted(types, key=len, reverse=True)), r"\w+_\w+"])
    dite = re.sub(codes, lambda code: re.sub("[._]", " ", code[0]), phrase)
    return dite[:1].upper() + dite[1:]
