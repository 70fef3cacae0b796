"""La page qui explique la disponibilité d'un mois à une personne (SLA-5)."""

from collections.abc import Iterator
from datetime import datetime

from pages import (
    Bande,
    Cellule,
    Colonne,
    Ruban,
    Tableau,
    Ton,
    dessiner_ruban,
    environnement,
)
from pages.ecriture import duree, en_mots, instant, jour, mois, periode, pourcentage
from sla.disponibilites.domaine.explication import Explication
from sla.disponibilites.domaine.indisponibilites import Nature
from sla.disponibilites.domaine.intervalles import Ensemble, moins, secondes
from sla.disponibilites.domaine.minutes import Segment
from sla.fiches.domaine import CONTINU

_ACCENTUEES = {Nature.DEGRADATION: "dégradation"}


def rendre(explication: Explication) -> str:
    """La page HTML d'une disponibilité : ce qui se compte, et pourquoi."""
    decompte, dernier = explication.decompte, explication.decompte.segments[-1]
    return (
        environnement("sla.disponibilites.adaptateurs.rendus")
        .get_template("disponibilite.html.j2")
        .render(
            explication=explication,
            indicateur=dernier.indicateur,
            periode=mois(str(explication.vise.periode)),
            conclusion=_conclure(explication),
            admise=_admise(explication),
            paires=tuple(_paires(explication)),
            ruban=_ruban(explication),
            durees=_durees(explication),
            pannes=_pannes(explication) if decompte.pannes else None,
            regimes=_regimes(decompte.segments),
            exclus=_plages("Temps exclu, plage par plage", decompte.exclus)
            if decompte.exclus
            else None,
        )
    )


def _conclure(explication: Explication) -> str:
    decompte = explication.decompte
    service, panne = secondes(decompte.service), secondes(decompte.panne)
    if not service:
        return "Aucun temps de service : le taux est sans objet."
    if not panne:
        return f"Aucune panne, sur {duree(service)} de service."
    return f"{duree(panne)} de panne, sur {duree(service)} de service."


def _admise(explication: Explication) -> str | None:
    """Ce que la cible laisse perdre; rien sans cible, ni sans service."""
    decompte, cible = explication.decompte, explication.decompte.cible
    service = secondes(decompte.service_ajuste)
    if cible is None or not service:
        return None
    perdue, admise = _de(decompte.panne_ajustee), duree(int((1 - cible) * service))
    return (
        f"Après exclusions : {perdue} de panne, sur {duree(service)}; la cible de"
        f" {pourcentage(cible.normalize())} en admet {admise}."
    )


def _ruban(explication: Explication) -> Ruban:
    decompte = explication.decompte
    sortes = {
        "service": decompte.service,
        "exclue": decompte.exclus,
        "panne": decompte.panne_ajustee,
        "ecartee": moins(decompte.panne, decompte.panne_ajustee),
    }
    bandes = [Bande(sorte, p.debut, p.fin) for sorte, plages in sortes.items() for p in plages]
    return dessiner_ruban(bandes, explication.vise.periode.debut, explication.jusqua)


def _paires(explication: Explication) -> Iterator[tuple[str, str]]:
    decompte = explication.decompte
    yield "Indicateur", explication.vise.indicateur
    yield "Compté jusqu'au", jour(explication.jusqua)
    yield "Services", ", ".join(s.libelle for s in decompte.services) or "aucun qui soit connu"
    cible = decompte.cible
    yield "Cible du taux", "sans cible" if cible is None else pourcentage(cible.normalize())


def _durees(explication: Explication) -> Tableau:
    decompte = explication.decompte
    return Tableau(
        titre="Ce qui se compte",
        titre_montre=False,
        colonnes=(
            Colonne("Taux"),
            Colonne("Service", nombre=True),
            Colonne("Panne", nombre=True),
        ),
        lignes=[
            ("Brut", _de(decompte.service), _de(decompte.panne)),
            ("Ajusté", _de(decompte.service_ajuste), _de(decompte.panne_ajustee)),
        ],
    )


def _pannes(explication: Explication) -> Tableau:
    return Tableau(
        titre="Indisponibilités",
        titre_montre=False,
        colonnes=(
            Colonne("Début"),
            Colonne("Fin"),
            Colonne("Service et nature"),
            Colonne("Brut", nombre=True),
            Colonne("Ajusté", nombre=True),
            Colonne("Ce qu'on en retient"),
        ),
        lignes=[
            (
                instant(p.indisponibilite.debut),
                _fin(p.indisponibilite.fin),
                Cellule(
                    f"{en_mots(p.indisponibilite.service)} : {_nature(p.indisponibilite.nature)}",
                    f"indisponibilité {p.indisponibilite.id}",
                ),
                _de(p.brute),
                Cellule(_de(p.ajustee), ton=Ton.MAUVAIS if p.ajustee else None),
                p.phrase,
            )
            for p in explication.decompte.pannes
        ],
        total=(
            "Union",
            "",
            "",
            _de(explication.decompte.panne),
            _de(explication.decompte.panne_ajustee),
            "Ce que deux pannes ont en commun ne compte qu'une fois.",
        ),
    )


def _regimes(segments: tuple[Segment, ...]) -> Tableau:
    return Tableau(
        titre="Ce qui régit",
        titre_montre=False,
        colonnes=(
            Colonne("Jours"),
            Colonne("Fiche"),
            Colonne("Heures de service"),
            Colonne("Exclut"),
        ),
        lignes=[
            (
                periode(*s.jours),
                f"{s.fiche}, version {s.version}",
                _heures(s.indicateur.calendrier),
                ", ".join(f"{c.code} – {c.libelle}" for c in s.indicateur.conditions) or "rien",
            )
            for s in segments
        ],
    )


def _heures(calendrier: str) -> str:
    return "en tout temps" if calendrier == CONTINU else f"celles du calendrier « {calendrier} »"


def _plages(titre: str, ensemble: Ensemble) -> Tableau:
    return Tableau(
        titre=titre,
        titre_montre=False,
        colonnes=(Colonne("Début"), Colonne("Fin"), Colonne("Durée", nombre=True)),
        lignes=[(instant(p.debut), instant(p.fin), _de((p,))) for p in ensemble],
        total=("Total", "", _de(ensemble)),
    )


def _nature(nature: Nature) -> str:
    return _ACCENTUEES.get(nature, nature.value)


def _fin(fin: datetime | None) -> str:
    return "elle dure" if fin is None else instant(fin)


def _de(ensemble: Ensemble) -> str:
    return duree(secondes(ensemble))
