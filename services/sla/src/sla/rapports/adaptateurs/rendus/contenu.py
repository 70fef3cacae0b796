"""Ce que dit un rapport, que la page et le papier posent de même (SLA-9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from noyau import elider
from pages import Cellule, Colonne, Graphique, Point, Tableau, dessiner_graphique
from pages.ecriture import instant, jour, mois, nombre, pourcentage
from sla.disponibilites.domaine.minutes import identite
from sla.rapports.adaptateurs.rendus.listes import Liste, corrections, exclusions, manquees
from sla.rapports.adaptateurs.rendus.mots import (
    ETATS,
    ajuste_corrige,
    compte_corrige,
    compter,
    ecrire_brut,
    ecrire_taux,
    exercice,
    juger,
)
from sla.rapports.domaine.rapport import (
    IndicateurRapporte,
    MoisRapporte,
    Rapport,
)
from sla.taux.domaine.attendus import MESURES, SECONDES
from sla.taux.domaine.lus import Chiffres

_METHODE = """
Un taux est la part des mesures conformes parmi les mesures finies dans le mois. Le taux brut les
compte toutes; le taux ajusté, sans celles qu'une condition exclut (SLA-4, SLA-8). Rien à mesurer se
dit « sans objet », jamais 100 %.

Un délai se compte en jours ouvrables, ou civils selon l'indicateur : un jour compte s'il suit le
jour zéro et finit à la charge du MCN; le jour de la fin compte toujours. L'heure d'un fait est
celle où il est survenu, jamais celle où on l'a appris (SLA-2).

Chaque mesure relève de la version de sa fiche en vigueur à son jour zéro, et chaque jour, de la
version du calendrier en vigueur ce jour-là (SLA-1, SLA-3).

Ce que l'on tient contre la cible est le taux ajusté de l'exercice, du 1er avril à la fin du mois
rapporté : la somme de ce que ses mois fermés ont publié et de ce que comptent les autres; corrigé
depuis, la même somme de ce qu'on sait maintenant. Une
disponibilité y additionne des durées de service et de panne. Les taux des graphiques sont les taux
ajustés.

Un mois fermé ne change plus : ce qu'on apprend ensuite s'y ajoute en correction, à côté du taux
publié (SLA-7).
"""
METHODE = tuple(" ".join(phrase.split()) for phrase in _METHODE.strip().split("\n\n"))


@dataclass(frozen=True, slots=True)
class Partie:
    """Un indicateur : son graphique, et le tableau qui le dit."""

    titre: str
    phrase: str
    lien: str | None
    """L'adresse de ce qui l'explique; None : chaque mesure manquée mène à la sienne."""
    avertissement: str | None
    graphique: Graphique
    tableau: Tableau

    @property
    def nombres(self) -> str:
        """« Les nombres d'IC-1 – … », ce qu'ouvre la page."""
        return f"Les nombres {elider('de', self.titre)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contenu:
    """Tout ce que le rapport dit, dans l'ordre où il se lit."""

    titre: str
    pour: str
    provisoire: bool
    etat: str
    reserve: str | None
    sommaire: Tableau
    exercice: Tableau
    parties: Sequence[Partie]
    """Un indicateur dont quelque chose fut à mesurer."""
    muets: str | None
    """La phrase qui nomme les autres; None : il n'y en a pas."""
    listes: Sequence[Liste]
    fiches: Tableau
    calendriers: str
    etabli_le: str
    empreinte: str


def composer(rapport: Rapport, empreinte: str) -> Contenu:
    """Le contenu de ce rapport, dont l'empreinte est celle-là."""
    reserve = None
    if rapport.fermeture is not None and rapport.fermeture.motif is not None:
        manquants = ", ".join(rapport.fermeture.manquants)
        reserve = f"Fermé sans attendre {manquants} : {rapport.fermeture.motif}"
    return Contenu(
        titre=f"Niveaux de service, {mois(rapport.periode)}",
        pour=rapport.organisme or "Tous les organismes",
        provisoire=rapport.provisoire,
        etat=_etat(rapport),
        reserve=reserve,
        sommaire=_sommaire(rapport),
        exercice=exercice(rapport),
        parties=[_partie(i, rapport.organisme) for i in rapport.indicateurs if not i.muet],
        muets=_muets(rapport),
        listes=[manquees(rapport), exclusions(rapport), corrections(rapport)],
        fiches=_fiches(rapport),
        calendriers=", ".join(rapport.calendriers) or "aucune",
        etabli_le=instant(rapport.etabli_le),
        empreinte=empreinte,
    )


def _etat(rapport: Rapport) -> str:
    if rapport.fermeture is None:
        return (
            "Rapport provisoire : le mois n'est pas fermé, et ce qu'on en apprendra peut encore"
            " changer ses taux."
        )
    return (
        f"Mois fermé le {instant(rapport.fermeture.fermee_le)} : les taux publiés ne changent plus."
    )


def _sommaire(rapport: Rapport) -> Tableau:
    return Tableau(
        titre=f"Sommaire {elider('de', mois(rapport.periode))}",
        colonnes=(
            Colonne("Indicateur"),
            Colonne("Cible", nombre=True),
            Colonne("Mesurées", nombre=True),
            Colonne("Taux brut", nombre=True),
            Colonne("Taux ajusté", nombre=True),
            Colonne("Exercice", nombre=True),
        ),
        lignes=[_ligne_du_sommaire(i) for i in rapport.indicateurs],
    )


def _ligne_du_sommaire(i: IndicateurRapporte) -> tuple[Cellule | str, ...]:
    publie, actuel = i.dernier.publie, i.dernier.actuel
    return (
        Cellule(i.code, i.libelle),
        _cible(publie.cible),
        _compte(i.unite, publie.mesurees, actuel.mesurees),
        ecrire_brut(publie, actuel),
        juger(publie.ajuste, publie.cible, ajuste_corrige(publie, actuel)),
        juger(i.exercice.ajuste, i.exercice.cible, ajuste_corrige(i.exercice, i.exercice_actuel)),
    )


def _partie(i: IndicateurRapporte, organisme: str | None) -> Partie:
    cible = i.dernier.publie.cible
    return Partie(
        titre=f"{i.code} – {i.libelle}",
        phrase=_phrase(i),
        lien=_lien(i, organisme),
        avertissement=i.avertissement,
        graphique=dessiner_graphique(f"Taux ajusté, {i.code}", [_point(m) for m in i.mois], cible),
        tableau=_mois_par_mois(i),
    )


def _muets(rapport: Rapport) -> str | None:
    codes = ", ".join(i.code for i in rapport.indicateurs if i.muet)
    return f"Rien à mesurer de ces douze mois : {codes}." if codes else None


def _lien(i: IndicateurRapporte, organisme: str | None) -> str | None:
    """L'explication d'une disponibilité; tous ensemble font la somme, qui ne s'explique pas."""
    if i.unite == MESURES or organisme is None:
        return None
    return f"/v1/disponibilites/{identite(i.code, organisme, i.dernier.periode)}/explication"


def _phrase(i: IndicateurRapporte) -> str:
    publiee, actuelle = (_compte_dit(i.unite, c) for c in (i.dernier.publie, i.dernier.actuel))
    phrase = f"{publiee[:1].upper()}{publiee[1:]}."
    return phrase if publiee == actuelle else f"{phrase} Corrigé depuis : {actuelle}."


def _compte_dit(unite: str, publie: Chiffres) -> str:
    if not publie.mesurees:
        return "rien à mesurer ce mois-ci : le taux est sans objet"
    exclues = publie.mesurees - publie.mesurees_ajuste
    conformes, mesurees = (
        compter(unite, n) for n in (publie.conformes_ajuste, publie.mesurees_ajuste)
    )
    if unite == SECONDES:
        morceaux = [f"service rendu {conformes} sur {mesurees}, après exclusions"]
    else:
        accord = "s" if publie.conformes_ajuste > 1 else ""
        morceaux = [f"{conformes} conforme{accord} sur {mesurees} après exclusions"]
    if exclues:
        morceaux.append(f"exclues : {compter(unite, exclues)}")
    if publie.depassees:
        morceaux.append(f"hors délai, sans cible : {compter(unite, publie.depassees)}")
    if publie.signalees:
        morceaux.append(f"signalées, condition à trancher : {nombre(publie.signalees)}")
    return "; ".join(morceaux)


def _point(m: MoisRapporte) -> Point:
    publie = m.publie
    return Point(
        periode=m.periode,
        part=publie.ajuste.arrondi(publie.cible),
        ton=ETATS[publie.ajuste.etat(publie.cible)][1],
        provisoire=not m.ferme and bool(publie.mesurees),
        note=ajuste_corrige(publie, m.actuel),
    )


def _mois_par_mois(i: IndicateurRapporte) -> Tableau:
    return Tableau(
        titre=f"{i.code}, mois par mois",
        titre_montre=False,
        colonnes=(
            Colonne("Mois"),
            Colonne("Mesurées", nombre=True),
            Colonne("Conformes", nombre=True),
            Colonne("Brut", nombre=True),
            Colonne("Ajusté", nombre=True),
        ),
        lignes=[
            (
                Cellule(mois(m.periode), _precision(m)),
                _compte(i.unite, m.publie.mesurees, m.actuel.mesurees),
                _compte(i.unite, m.publie.conformes, m.actuel.conformes),
                ecrire_brut(m.publie, m.actuel),
                Cellule(
                    ecrire_taux(m.publie.ajuste, m.publie.cible),
                    ajuste_corrige(m.publie, m.actuel),
                ),
            )
            for m in i.mois
        ],
    )


def _precision(m: MoisRapporte) -> str:
    return "provisoire" if m.publie.mesurees and not m.ferme else ""


def _compte(unite: str, publie: int, actuel: int) -> Cellule:
    return Cellule(compter(unite, publie), compte_corrige(unite, publie, actuel))


def _fiches(rapport: Rapport) -> Tableau:
    return Tableau(
        titre="Versions des fiches",
        colonnes=(Colonne("Fiche"), Colonne("Version", nombre=True), Colonne("Depuis")),
        lignes=[(Cellule(f.code, f.titre), str(f.version), jour(f.debut)) for f in rapport.fiches],
    )


def _cible(cible: Decimal | None) -> str:
    return "sans cible" if cible is None else pourcentage(cible)
