"""La page qui explique un verdict à une personne (SLA-3)."""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from uuid import UUID

from calendrier import Motif
from noyau import jour_de_quebec
from pages import Cellule, Colonne, Frise, Notes, Tableau, Ton, dessiner_frise, environnement
from pages.ecriture import INSECABLE, en_mots, instant, jour, periode, pourcentage
from sla.mesures.domaine.conditions import LA_REGLE, Conclusion, Examen, ExamenDecide
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
    "fin; passée, une date ne se déplace plus (SLA-4)."
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
            decompte=_decompte(explication) if explication.decompte else None,
            suspensions=_suspensions(explication),
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
    if projetee := explication.echeance_projetee:
        suspendue = mesure.echeance is None
        mot = "Échéance, si elle reprenait à l'instant" if suspendue else "Échéance"
        yield mot if comptage else "Date convenue", jour(projetee)
    versions = ", ".join(explication.calendriers)
    yield "Calendrier", f"version{'s' if len(explication.calendriers) > 1 else ''} {versions}"


def _frise(explication: Explication) -> Frise | None:
    delai = explication.mesure.regime.indicateur.delai
    if explication.decompte is None or delai is None:
        return None
    numerotes = enumerate(explication.faits, 1)
    par_jour = groupby(numerotes, key=lambda fait: jour_de_quebec(fait[1].episode.survenu_le))
    notes = Notes(
        charges={
            jour.jour: jour.charge.name.lower()
            for jour in explication.detail.jours
            if jour.motif is not Motif.EN_COURS
        },
        faits={jour: [rang for rang, _ in faits] for jour, faits in par_jour},
        prevus=explication.prevus,
    )
    return dessiner_frise(explication.decompte.intervalles, delai, notes)


def _decompte(explication: Explication) -> Tableau:
    return Tableau(
        titre="Intervalle par intervalle",
        colonnes=(
            Colonne("Intervalle"),
            Colonne("Règle"),
            Colonne("Faits"),
            Colonne("Jours comptés", nombre=True),
        ),
        lignes=[
            (
                explique.intervalle.phrase,
                explique.regle,
                _renvois(explication, explique.actes) or "calendrier",
                str(explique.intervalle.jours),
            )
            for explique in explication.intervalles
        ],
        total=("Total", "", "", str(sum(i.intervalle.jours for i in explication.intervalles))),
    )


def _suspensions(explication: Explication) -> Tableau | None:
    """Les jours à la charge du client, raison par raison, puis fait par fait."""
    natures = {fait.episode.acte_id: fait.episode.type for fait in explication.faits}
    siennes = sorted(explication.detail.suspensions, key=lambda s: natures[s.acte])
    if not siennes:
        return None
    return Tableau(
        titre="Jours suspendus, par raison",
        colonnes=(
            Colonne("Raison"),
            Colonne("Fait"),
            Colonne("Jours"),
            Colonne("Non comptés", nombre=True),
        ),
        lignes=[
            (
                en_mots(natures[s.acte]),
                _renvois(explication, [s.acte]),
                periode(s.debut, s.fin),
                str(s.jours),
            )
            for s in siennes
        ],
        total=("Total", "", "", str(sum(s.jours for s in siennes))),
    )


def _renvois(explication: Explication, actes: Collection[UUID]) -> str:
    """« n° 2, n° 4 » : où lire ces faits."""
    rangs = enumerate(explication.faits, 1)
    return ", ".join(f"n°{INSECABLE}{n}" for n, f in rangs if f.episode.acte_id in actes)


def _faits(faits: Iterable[FaitExplique]) -> Tableau:
    return Tableau(
        titre="Faits",
        titre_montre=False,
        colonnes=(Colonne("N°"), Colonne("Survenu le"), Colonne("Fait"), Colonne("Effet")),
        lignes=[
            (
                str(rang),
                Cellule(instant(fait.episode.survenu_le), "; ".join(_precisions(fait))),
                Cellule(en_mots(fait.episode.type), f"événement {fait.episode.acte_id}"),
                fait.effet,
            )
            for rang, fait in enumerate(faits, 1)
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
        colonnes=(
            Colonne("Condition"),
            Colonne("Conclusion"),
            Colonne("Preuve"),
            Colonne("Décidée par"),
        ),
        lignes=[
            (
                f"{examen.condition} – {examen.libelle}",
                Cellule(
                    _CONCLUSIONS[examen.conclusion],
                    "; ".join(_decision(examen)),
                    ton=Ton.MAUVAIS if examen.conclusion is Conclusion.SIGNALEE else None,
                ),
                _preuve(examen, explication),
                examen.auteur,
            )
            for examen in explication.mesure.examens
        ],
    )


def _decision(examen: Examen) -> Iterator[str]:
    """Ce que des personnes en ont dit : pourquoi exclue, puis par qui et pourquoi annulée."""
    if not isinstance(examen, ExamenDecide):
        return
    if examen.motif and examen.le:
        yield f"prononcée le {instant(examen.le)} : {examen.motif}"
    if examen.fait_nouveau:
        yield f"fait nouveau : {examen.fait_nouveau}"
    if (levee := examen.annulation) is not None:
        par = "sur contestation" if levee.contestation_id else f"par {levee.par}"
        pourquoi = f" : {levee.motif}" if levee.motif else ""
        yield f"annulée le {instant(levee.le)}, {par}{pourquoi}"


def _preuve(examen: Examen, explication: Explication) -> str:
    """Une personne écrit la sienne comme elle veut : rien n'y est un code."""
    return _dire(examen.preuve, explication) if examen.auteur == LA_REGLE else examen.preuve


def _dire(phrase: str, explication: Explication) -> str:
    """Une phrase dont les codes se lisent : types de ses faits, noms et valeurs de faits.

    Rien d'autre n'y change : un point entre deux mots n'est pas toujours un code.
    """
    types = {fait.episode.type for fait in explication.faits}
    codes = "|".join([*map(re.escape, sorted(types, key=len, reverse=True)), r"\w+_\w+"])
    dite = re.sub(codes, lambda code: re.sub("[._]", " ", code[0]), phrase)
    return dite[:1].upper() + dite[1:]
