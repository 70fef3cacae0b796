"""Les tableaux de la mesure éprouvée : chaque chiffre, et son calcul à la main."""

from collections.abc import Iterator, Mapping

from demo.attendu import ChiffreAttendu
from demo.niveaux import Disponibilite, Exclusion, Fermeture, Niveaux, Publie, Recalcul, Secteur
from demo.rendu import ecriture
from demo.rendu.tableaux import bati
from demo.taux import Part
from pages import Cellule, Colonne, Tableau, Ton
from pages.ecriture import en_mots, instant, jour, mois, nombre, pourcentage

PARTIES = {"mcn": "le MCN", "organisme": "l'organisme"}
NATURES = {"panne": "panne", "degradation": "dégradation", "maintenance": "entretien"}
Calculs = Mapping[str, Mapping[str, ChiffreAttendu]]


def pannes(vue: Disponibilite, attendus: Calculs) -> Tableau:
    """Chaque indisponibilité, ce que le mois en retient, et l'union."""
    calculs = attendus["disponibilite"]
    return Tableau(
        titre=f"Les pannes de {vue.indicateur} pour {vue.organisme}",
        titre_montre=False,
        colonnes=(
            Colonne("Service"),
            Colonne("Du, au"),
            Colonne("Ce qu'on en retient"),
            Colonne("Brut, min", nombre=True),
            Colonne("Ajusté, min", nombre=True),
        ),
        lignes=[
            (
                Cellule(en_mots(panne.service), NATURES[panne.nature]),
                Cellule(instant(panne.debut), f"au {instant(panne.fin)}"),
                Cellule(
                    panne.phrase, calculs[f"{panne.nature}, {panne.service}, brut"].raisonnement
                ),
                _minutes(panne.brute),
                _minutes(panne.ajustee),
            )
            for panne in vue.pannes
        ],
        total=(
            "Leur union",
            "",
            calculs["panne"].raisonnement,
            _minutes(vue.panne),
            _minutes(vue.panne_ajuste),
        ),
    )


def dates(vue: Secteur) -> Tableau:
    """Les dates convenues, la dernière valant."""
    return bati(
        f"Les dates convenues de {vue.cle}",
        "Date|Proposée|Acceptée|Motif",
        [
            (
                jour(e.date_convenue),
                Cellule(instant(e.proposee_le), f"par {PARTIES[e.proposee_par]}, {e.auteur}"),
                Cellule(instant(e.acceptee_le), f"par {e.acceptee_par}") if e.acceptee_le else "–",
                e.motif or "–",
            )
            for e in vue.dates
        ],
    )


def exclusion(vue: Exclusion) -> Tableau:
    """Qui a exclu quoi, et sur quelle preuve."""
    return bati(
        "L'exclusion prononcée",
        "=Mesure|Condition|Motif et preuve|Décidée",
        [
            (
                Cellule(vue.cle, vue.indicateur),
                vue.libelle,
                Cellule(vue.motif, vue.preuve),
                Cellule(instant(vue.prononcee_le), f"par {vue.prononcee_par}"),
            )
        ],
    )


def publies(vue: Fermeture, attendus: Calculs) -> Tableau:
    """Ce que le mois a publié, et à côté ce qu'il serait maintenant."""
    calculs = attendus["fermeture"]
    return bati(
        "Publié, et corrigé",
        "Pour|Publié, brut|Publié, ajusté|Corrigé, brut|Corrigé, ajusté|Oracle, à la main",
        [
            (
                taux.organisme or "Tous",
                _part(taux.brut),
                _part(taux.ajuste),
                *_corriges(taux),
                calculs[
                    f"{taux.indicateur}, {taux.organisme or 'tous'}, corrigé brut"
                ].raisonnement,
            )
            for taux in vue.taux
        ],
    )


def _corriges(taux: Publie) -> tuple[Cellule | str, Cellule | str]:
    if not taux.corrections:
        return ("inchangé", "inchangé")
    return (_part(taux.corrige_brut), _part(taux.corrige_ajuste))


def corrections(vue: Fermeture, attendus: Calculs) -> Tableau:
    """Ce qui a changé d'une mesure depuis la fermeture, et pourquoi."""
    calculs = attendus["fermeture"]
    return bati(
        "Les corrections",
        "=Mesure|Avant|Après|Cause|Corrigée",
        [
            (
                Cellule(c.cle, c.indicateur),
                Cellule(
                    f"{ecriture.VERDICTS[c.avant]}, {c.jours_avant} jours",
                    calculs[f"{c.cle}, avant"].raisonnement,
                ),
                Cellule(
                    f"{ecriture.VERDICTS[c.apres]}, {c.jours_apres} jours",
                    calculs[f"{c.cle}, après"].raisonnement,
                ),
                Cellule(en_mots(c.cause), calculs[f"{c.cle}, cause"].raisonnement),
                instant(c.corrigee_le),
            )
            for c in vue.corrections
        ],
    )


def recalcul(vue: Recalcul, attendus: Calculs) -> Tableau:
    """Les taux de tous qu'un calendrier proposé ferait bouger."""
    calculs = attendus["recalcul"]
    return bati(
        "Les taux qui bougeraient",
        "Indicateur|Maintenant|Sous le calendrier proposé|Oracle, à la main",
        [
            (
                taux.indicateur,
                taux.avant.dit,
                taux.apres.dit,
                calculs[f"{taux.indicateur}, après"].raisonnement,
            )
            for taux in vue.taux
        ],
    )


def phrases(vue: Niveaux) -> Iterator[tuple[str, str]]:
    """Chaque épreuve, et ce qui en sort, en une phrase."""
    d, s, x, f = vue.disponibilite, vue.secteur, vue.exclusion, vue.fermeture
    brut = f"{_minutes(d.panne)} min de panne sur {_minutes(d.service)}"
    ajuste = f"hors entretien, {_minutes(d.panne_ajuste)} sur {_minutes(d.service_ajuste)}"
    yield "Disponible", f"{d.indicateur}, {d.organisme} : {brut}; {ajuste}"
    convenues = ", puis ".join(jour(e.date_convenue) for e in s.dates)
    yield "Convenue", f"{s.cle}, {s.indicateur}, {convenues} : {ecriture.VERDICTS[s.verdict]}"
    yield "Exclue", f"{x.cle}, {x.libelle.lower()}, par {x.prononcee_par} : {x.preuve}"
    yield "Fermé", f"{mois(f.periode)}, le {instant(f.fermee_le)}, par la tâche"
    for c in f.corrections:
        verdicts = f"{ecriture.VERDICTS[c.avant]}, puis {ecriture.VERDICTS[c.apres]}"
        yield "Corrigé", f"{c.cle} : {verdicts}; le taux publié demeure"
    for taux in f.taux:
        if taux.corrections:
            ecart = f"{_dit(taux.ajuste)} publié, {_dit(taux.corrige_ajuste)} corrigé"
            yield "", f"{taux.qui}, ajusté : {ecart}"

    y = vue.recalcul
    corrections = sum(y.corrections.values())
    bouge = f"{y.verdicts} verdicts, {y.disponibilites} disponibilités, {corrections} corrections"
    yield "Simulé", f"si le {jour(y.jour)} avait été chômé : {bouge}; rien n'a changé"


def _part(part: Part) -> Cellule:
    return Cellule(pourcentage(part.taux), ecriture.compte(part), _ton(part))


def _ton(part: Part) -> Ton | None:
    ton = ecriture.ton(part)
    return None if ton is Ton.NEUTRE else ton


def _dit(part: Part) -> str:
    return f"{pourcentage(part.taux)} ({ecriture.compte(part)})"


def _minutes(secondes: int) -> str:
    return nombre(secondes / 60)
