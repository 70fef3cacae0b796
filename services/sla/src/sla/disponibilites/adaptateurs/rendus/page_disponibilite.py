"""La page qui explique la disponibilité d'un mois : heures, plages exclues, pannes (SLA-5)."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal

from calendrier import Plage
from noyau import jour_de_quebec
from pages import Bande, Cellule, Colonne, Ruban, Tableau, dessiner_ruban, environnement
from pages.ecriture import duree, instant, jour, mois, periode, pourcentage
from sla.disponibilites.cas_usage.comptes import Explication
from sla.disponibilites.domaine.indisponibilites import Nature
from sla.disponibilites.domaine.intervalles import Ensemble, moins, secondes
from sla.disponibilites.domaine.minutes import Decompte, PanneComptee

_UN_JOUR = timedelta(days=1)
_NATURES = {
    Nature.PANNE: "Panne",
    Nature.DEGRADATION: "Dégradation",
    Nature.MAINTENANCE: "Maintenance",
}


def rendre(explication: Explication) -> str:
    """La page HTML d'une explication, ruban compris."""
    decompte = explication.decompte
    genre, conclusion = _conclure(decompte)
    return (
        environnement("sla.disponibilites.adaptateurs.rendus")
        .get_template("disponibilite.html.j2")
        .render(
            titre=decompte.segments[-1].indicateur.libelle,
            organisme=explication.organisme,
            periode=mois(str(explication.periode)),
            genre=genre,
            conclusion=conclusion,
            paires=tuple(_paires(explication)),
            ruban=_ruban(explication),
            minutes=_minutes(decompte),
            pannes=_pannes(decompte) if decompte.pannes else None,
            regimes=_regimes(decompte),
            services=_services(decompte),
            exclues=_exclues(decompte.exclus) if decompte.exclus else None,
        )
    )


def _conclure(decompte: Decompte) -> tuple[str, str]:
    """L'avis, et ce que la cible admet d'interruption; sans service, rien à conclure."""
    service = secondes(moins(decompte.service, decompte.exclus))
    panne = secondes(decompte.panne_ajustee)
    if not service:
        return "information", "Aucun temps de service ce mois-là : la disponibilité est sans objet."
    dite = f"Indisponible {duree(panne)} sur {duree(service)} de service, après exclusions"
    cible = _cible(decompte)
    if cible is None:
        return "information", f"{dite}; sans cible."
    admis = (1 - cible) * service
    genre = "succes" if panne <= admis else "erreur"
    borne = int(admis.to_integral_value(ROUND_FLOOR))
    return genre, f"{dite}; la cible de {pourcentage(cible)} en admet {duree(borne)}."


def _cible(decompte: Decompte) -> Decimal | None:
    """La plus haute de celles qui ont régi."""
    cibles = [c.normalize() for s in decompte.segments if (c := s.indicateur.cible) is not None]
    return max(cibles, default=None)


def _paires(explication: Explication) -> Iterator[tuple[str, str]]:
    cible = _cible(explication.decompte)
    yield "Indicateur", explication.indicateur
    yield "Cible", "sans cible" if cible is None else pourcentage(cible)
    yield "Compté jusqu'au", jour(explication.jusqua)


def _ruban(explication: Explication) -> Ruban:
    decompte = explication.decompte
    ajustee = decompte.panne_ajustee
    bandes = [
        *_bandes("service", decompte.service),
        *_bandes("exclue", decompte.exclus),
        *_bandes("panne", ajustee),
        *_bandes("ecartee", moins(decompte.panne, ajustee)),
    ]
    return dessiner_ruban(bandes, explication.periode.debut, explication.jusqua)


def _bandes(sorte: str, ensemble: Ensemble) -> Iterator[Bande]:
    return (Bande(sorte, plage.debut, plage.fin) for plage in ensemble)


def _minutes(decompte: Decompte) -> Tableau:
    service, exclus = decompte.service, decompte.exclus
    return Tableau(
        titre="Minutes",
        colonnes=(Colonne("Compte"), Colonne("Brut", nombre=True), Colonne("Ajusté", nombre=True)),
        lignes=[
            ("Temps de service", duree(secondes(service)), duree(secondes(moins(service, exclus)))),
            (
                "Indisponible",
                duree(secondes(decompte.panne)),
                duree(secondes(decompte.panne_ajustee)),
            ),
        ],
    )


def _pannes(decompte: Decompte) -> Tableau:
    return Tableau(
        titre="Indisponibilités",
        titre_montre=False,
        colonnes=(
            Colonne("Service"),
            Colonne("De"),
            Colonne("À"),
            Colonne("Brut", nombre=True),
            Colonne("Ajusté", nombre=True),
            Colonne("Règle"),
        ),
        lignes=[_panne(panne) for panne in decompte.pannes],
        total=(
            "Leur union",
            "",
            "",
            duree(secondes(decompte.panne)),
            duree(secondes(decompte.panne_ajustee)),
            "",
        ),
    )


def _panne(panne: PanneComptee) -> tuple[Cellule | str, ...]:
    i = panne.indisponibilite
    return (
        Cellule(i.service, f"{_NATURES[i.nature]}; indisponibilité {i.id}"),
        instant(i.debut),
        instant(i.fin) if i.fin else "dure encore",
        duree(secondes(panne.brute)),
        duree(secondes(panne.ajustee)),
        panne.phrase,
    )


def _regimes(decompte: Decompte) -> Tableau:
    return Tableau(
        titre="Versions de la fiche",
        colonnes=(Colonne("Jours"), Colonne("Fiche"), Colonne("Heures"), Colonne("Cible")),
        lignes=[
            (
                _jours(s.plage),
                f"{s.fiche}, version {s.version}",
                s.indicateur.calendrier,
                "sans cible" if s.indicateur.cible is None else pourcentage(s.indicateur.cible),
            )
            for s in decompte.segments
        ],
    )


def _services(decompte: Decompte) -> Tableau:
    return Tableau(
        titre="Services que la fiche nomme",
        colonnes=(Colonne("Service"), Colonne("Rendu depuis"), Colonne("Jusqu'au")),
        lignes=[
            (
                Cellule(s.code, s.libelle),
                jour(s.debut),
                jour(s.fin - _UN_JOUR) if s.fin else "il l'est encore",
            )
            for s in decompte.services
        ],
    )


def _exclues(exclus: Ensemble) -> Tableau:
    return Tableau(
        titre="Plages exclues",
        colonnes=(Colonne("De"), Colonne("À"), Colonne("Durée", nombre=True)),
        lignes=[(instant(p.debut), instant(p.fin), duree(secondes((p,)))) for p in exclus],
    )


def _jours(plage: Plage) -> str:
    return periode(jour_de_quebec(plage.debut), jour_de_quebec(plage.fin - plage.fin.resolution))
