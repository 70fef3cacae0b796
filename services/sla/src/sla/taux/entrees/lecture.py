"""Lire des taux : ce que l'on demande à la base, et comment une ligne s'en montre."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial

from noyau import Mois, jour_de_quebec
from sla.exclusions.domaine.regles import ReglesDatees
from sla.fiches.domaine import Fiches, Indicateur
from sla.taux.adaptateurs import vues
from sla.taux.adaptateurs.conversion import ligne_de_fermeture
from sla.taux.domaine.attendus import Attendu, Etendue
from sla.taux.domaine.fermetures import Fermeture
from sla.taux.domaine.publication import Publications
from sla.taux.entrees.schemas import FermetureOut, TauxOut
from sla.taux.ports import Ports
from socle.bd.connexion import Connexion
from socle.bd.instructions import Ligne
from socle.web import Appel


@dataclass(frozen=True, slots=True, kw_only=True)
class Demande:
    """Les filtres d'une lecture; une période y nomme aussi son exercice."""

    indicateur: str | None = None
    organisme: str | None = None
    periode: str | None = None
    exercice: str | None = None

    def veut(self, attendu: Attendu) -> bool:
        """Vrai de ce qui répond aux filtres."""
        return (
            self.indicateur in (None, attendu.indicateur.code)
            and self.exercice in (None, attendu.exercice)
            and self.periode in (None, attendu.periode)
        )

    @property
    def d_un_bloc(self) -> bool:
        """Vrai si des exercices se comptent d'un bloc."""
        return self.exercice is not None and self.periode is None


@dataclass(frozen=True)
class Lecture:
    """Ce que l'on demande à la base, et de quoi montrer ce qu'elle rend."""

    filtre: vues.FiltreTaux
    attendus: Mapping[str, Sequence[Attendu]]
    """De chaque organisme qui a un statu quo (CAT-6); sous « », de tous les autres."""
    publications: Publications
    regles: ReglesDatees
    ce_mois: Mois

    def presenter(self, ligne: Ligne) -> TauxOut:
        """Une ligne, sous ce que sa période attendait et publie."""
        jour = _dernier_jour(ligne)
        return TauxOut.de(
            ligne,
            self._attendu(ligne),
            self.publications.le(jour),
            self.regles.libelles(jour),
            courante=(ligne.periode or ligne.exercice) in self._courants,
        )

    def _attendu(self, ligne: Ligne) -> Indicateur | None:
        """À défaut, tel qu'il se dit en dernier : un mois à venir n'attend rien encore."""
        siens = self._indicateurs[ligne.organisme if ligne.organisme in self.attendus else ""]
        code = ligne.indicateur
        return siens.get((code, ligne.exercice, ligne.periode)) or siens.get((code, "", ""))

    @cached_property
    def _indicateurs(self) -> Mapping[str, Mapping[tuple[str, str, str], Indicateur]]:
        return {
            organisme: {
                **{(a.indicateur.code, "", ""): a.indicateur for a in siens},
                **{(a.indicateur.code, a.exercice, a.periode): a.indicateur for a in siens},
            }
            for organisme, siens in self.attendus.items()
        }

    @cached_property
    def _courants(self) -> frozenset[str]:
        return frozenset({str(self.ce_mois), self.ce_mois.exercice})


async def preparer(appel: Appel[Ports], demande: Demande) -> Lecture:
    """Ce qu'il faut pour lire ces taux, à l'heure d'affaires."""
    aujourdhui = jour_de_quebec(appel.horloge())
    ce_mois = Mois.de(aujourdhui)
    premier, connu = await appel.lire_brut(partial(_situer, demande.organisme))
    ports, fiches = await appel.consulter(_lire)
    etendue = Etendue(min(premier or ce_mois, ce_mois), ce_mois)
    tous = etendue.par_exercice if demande.d_un_bloc else etendue.par_mois
    lues = {"": fiches.pour(demande.organisme)}
    if demande.organisme is None:
        lues |= fiches.gardees
    attendus = {o: [a for a in tous(siennes) if demande.veut(a)] for o, siennes in lues.items()}
    montres = attendus[""] if connu or not appel.acteur.est_mcn else []
    filtre = vues.FiltreTaux(
        indicateur=demande.indicateur,
        organisme=demande.organisme,
        periode=demande.periode,
        exercice=demande.exercice,
        codes=[a.indicateur.code for a in montres],
        exercices=[a.exercice for a in montres],
        periodes=[a.periode for a in montres],
        unites=[a.unite for a in montres],
        aujourdhui=aujourdhui,
        ce_mois=str(ce_mois),
        cet_exercice=ce_mois.exercice,
    )
    return Lecture(filtre, attendus, ports.publications, ports.regles, ce_mois)


async def _situer(organisme: str | None, connexion: Connexion) -> tuple[Mois | None, bool]:
    """Le premier mois mesuré de cette portée, et si l'on y connaît quelque chose."""
    premier = await vues.premier_mois(connexion, organisme)
    connu = organisme is None or await vues.est_connu(connexion, organisme)
    return Mois.lire(premier) if premier else None, connu


async def _lire(ports: Ports) -> tuple[Ports, Fiches]:
    return ports, await ports.fiches.toutes()


def _dernier_jour(ligne: Ligne) -> date:
    """Le dernier jour de la période d'un taux, ou de son exercice."""
    if ligne.periode:
        return Mois.lire(ligne.periode).fin - timedelta(days=1)
    return date(int(ligne.exercice[5:]), 3, 31)


def presenter_fermeture(fermeture: Fermeture) -> FermetureOut:
    """Une période qu'on vient de fermer."""
    return FermetureOut.model_validate(ligne_de_fermeture(fermeture))
