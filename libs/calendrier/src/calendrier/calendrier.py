"""Le calendrier de versions qui se suivent : jours ouvrables, fériés, plages horaires (SLA-1)."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType

from calendrier.dates import date_longue, instant_long
from calendrier.erreurs import CalendrierAbsent, JourNonOuvrable
from calendrier.feries import Ferie, est_fin_de_semaine, jours_feries
from calendrier.plages import Plage, duree_totale, fusionner, plages_du_jour, rogner
from calendrier.regles import ANNEE_MAX, ANNEE_MIN
from calendrier.tables import Tables, hors_calendrier, jour_de_rang, rang, tables
from calendrier.temps import instant_mural
from calendrier.versions import GenrePlage, Horaire, TypeJour, VersionCalendrier
from noyau import en_utc, jour_de_quebec

_UN_JOUR = timedelta(days=1)
_UNE_MINUTE = timedelta(minutes=1)
_UNE_MICROSECONDE = timedelta(microseconds=1)


_Horaires = Mapping[tuple[GenrePlage, TypeJour], tuple[Horaire, ...]]


@dataclass(frozen=True, slots=True)
class Calendrier:
    """Un calendrier immuable; deux calendriers des mêmes versions sont égaux.

    Chaque jour, ses heures comprises, est décidé par la version la plus récente qui est en vigueur
    ce jour-là ou avant; avant la première, par la première. Un congé reporté l'est par la version
    du jour où il tombe une fois reporté.

    Qui décide se dit de tout jour; toute autre méthode lève `JourHorsCalendrier` pour un jour hors
    des années 2015 à 2040.
    """

    versions: tuple[VersionCalendrier, ...]
    """Celles qui décident d'au moins un jour, de la plus ancienne à la plus récente."""
    tables: Tables = field(repr=False, compare=False)
    """Les tableaux du calcul en lot, en lecture seule."""
    _feries: Mapping[date, Ferie] = field(repr=False, compare=False)
    _horaires: tuple[_Horaires, ...] = field(repr=False, compare=False)
    """De chaque version, ses heures."""

    @classmethod
    def depuis(cls, *versions: VersionCalendrier) -> "Calendrier":
        """Calcule le calendrier de ces versions (à construire une fois et à garder).

        De deux versions en vigueur depuis le même jour, la dernière donnée remplace l'autre.
        Lève `VersionInvalide` si les jours de l'une se contredisent, `CalendrierAbsent` sans
        aucune version.
        """
        par_debut = {version.en_vigueur_depuis: version for version in versions}
        if not par_debut:
            raise CalendrierAbsent("Aucune version du calendrier n'est encore connue.")
        debuts = sorted(par_debut)
        rangees = tuple(par_debut[debut] for debut in debuts)
        feries: dict[date, Ferie] = {}
        bornes = [date.min, *debuts[1:], date.max]
        for version, debut, fin in zip(rangees, bornes[:-1], bornes[1:], strict=True):
            feries |= {j: ferie for j, ferie in jours_feries(version).items() if debut <= j < fin}
        horaires = tuple(map(_horaires, rangees))

        def fermeture(jour: date) -> int:
            heures = horaires[_place(rangees, jour)]
            return heures[GenrePlage.CSC, TypeJour.OUVRABLE][0].fin

        return cls(rangees, tables(feries, fermeture), MappingProxyType(feries), horaires)

    def version_du(self, jour: date) -> VersionCalendrier:
        """La version qui décide de ce jour, même hors des années couvertes."""
        return self.versions[_place(self.versions, jour)]

    def versions_entre(self, debut: date, fin: date) -> tuple[VersionCalendrier, ...]:
        """Les versions qui décident des jours de `[debut, fin]`, de la plus ancienne à la dernière.

        Vide si l'intervalle l'est; sans borne d'années.
        """
        return self.versions[_place(self.versions, debut) : _place(self.versions, fin) + 1]

    def couvre(self, instant: datetime) -> bool:
        """Vrai si le jour de Québec de cet instant est dans les années couvertes."""
        return ANNEE_MIN <= jour_de_quebec(instant).year <= ANNEE_MAX

    # Jours

    def jour(self, instant: datetime) -> date:
        """La date de Québec d'un instant conscient, si le calendrier la couvre."""
        jour = jour_de_quebec(instant)
        rang(jour)
        return jour

    def est_ouvrable(self, jour: date) -> bool:
        """Vrai du lundi au vendredi, hors fériés (SLA-1)."""
        return bool(self.tables.ouvrable[rang(jour)])

    def est_ferie(self, jour: date) -> bool:
        """Vrai si le jour est chômé en semaine, tel que reporté (SLA-1)."""
        return self.ferie(jour) is not None

    def ferie(self, jour: date) -> Ferie | None:
        """Le férié de ce jour et son libellé, s'il y en a un."""
        rang(jour)
        return self._feries.get(jour)

    def feries(self, annee: int) -> tuple[Ferie, ...]:
        """Les fériés d'une année, en ordre de date."""
        if not ANNEE_MIN <= annee <= ANNEE_MAX:
            raise hors_calendrier(f"l'année {annee}")
        return tuple(f for f in self._feries.values() if f.jour.year == annee)

    def prochain_ouvrable(self, jour: date) -> date:
        """Le premier jour ouvrable strictement après ce jour."""
        return self.ajouter_jours_ouvrables(jour, 1)

    def precedent_ouvrable(self, jour: date) -> date:
        """Le dernier jour ouvrable strictement avant ce jour."""
        return self.ajouter_jours_ouvrables(jour, -1)

    def ajouter_jours_ouvrables(self, jour: date, n: int) -> date:
        """Le n-ième jour ouvrable strictement après ce jour (n < 0 : avant; n = 0 : ce jour)."""
        depart = rang(jour)
        if n == 0:
            return jour
        avant = int(self.tables.cumul[depart + 1 if n > 0 else depart])
        position = avant + n - (n > 0)
        if not 0 <= position < len(self.tables.rangs):
            raise hors_calendrier(f"le {date_longue(jour)} à {n:+d} jours ouvrables")
        return jour_de_rang(int(self.tables.rangs[position]))

    def jours_ouvrables_entre(self, apres: date, jusqua: date) -> int:
        """Le nombre de jours ouvrables dans `]apres, jusqua]`; 0 si l'intervalle est vide."""
        debut, fin = rang(apres), rang(jusqua)
        return max(0, int(self.tables.cumul[fin + 1]) - int(self.tables.cumul[debut + 1]))

    def premier_ouvrable_du_mois(self, annee: int, mois: int) -> date:
        """Le seul jour où un prix du Courtier prend effet ce mois-là (CI-12)."""
        premier = date(annee, mois, 1)
        return premier if self.est_ouvrable(premier) else self.prochain_ouvrable(premier)

    # Heures

    def ouverture(self, jour: date) -> datetime:
        """L'instant UTC où le CSC ouvre. Lève `JourNonOuvrable`."""
        return instant_mural(jour, self._heures_du_csc(jour).debut)

    def fermeture(self, jour: date) -> datetime:
        """L'instant UTC où le CSC ferme (SLA-2 y regarde l'état). Lève `JourNonOuvrable`."""
        return instant_mural(jour, self._heures_du_csc(jour).fin)

    def plages(self, genre: GenrePlage, debut: datetime, fin: datetime) -> tuple[Plage, ...]:
        """Les plages d'un genre dans `[debut, fin)`, en UTC, disjointes et triées.

        Deux plages qui se touchent n'en font qu'une : une maintenance va du vendredi à 22 h au
        lundi à 0 h (SLA-5).
        """
        debut, fin = en_utc(debut), en_utc(fin)
        if debut >= fin:
            return ()
        jour, dernier = self.jour(debut) - _UN_JOUR, self.jour(fin - _UNE_MICROSECONDE)
        brutes: list[Plage] = []
        while jour <= dernier:
            brutes += self._plages_du(jour, genre)
            jour += _UN_JOUR
        return rogner(fusionner(brutes), debut, fin)

    def duree(self, genre: GenrePlage, debut: datetime, fin: datetime) -> timedelta:
        """La durée réelle (changements d'heure compris) des plages dans `[debut, fin)`."""
        return duree_totale(self.plages(genre, debut, fin))

    def minutes(self, genre: GenrePlage, debut: datetime, fin: datetime) -> int:
        """`duree` en minutes entières, arrondie une seule fois, vers le bas (SLA-5)."""
        return self.duree(genre, debut, fin) // _UNE_MINUTE

    def dans_plage(self, genre: GenrePlage, instant: datetime) -> bool:
        """Vrai si l'instant est dans une plage de ce genre; la fin d'une plage n'y est pas."""
        instant = en_utc(instant)
        jour = self.jour(instant)
        candidates = (*self._plages_du(jour - _UN_JOUR, genre), *self._plages_du(jour, genre))
        return any(plage.debut <= instant < plage.fin for plage in candidates)

    def prochaine_plage(self, genre: GenrePlage, instant: datetime) -> datetime:
        """L'instant (en UTC) s'il est dans une plage de ce genre, sinon le début de la suivante."""
        instant = en_utc(instant)
        jour = self.jour(instant) - _UN_JOUR
        while jour.year <= ANNEE_MAX:
            for plage in fusionner(self._plages_du(jour, genre)):
                if instant < plage.fin:
                    return max(plage.debut, instant)
            jour += _UN_JOUR
        raise hors_calendrier(f"la plage « {genre} » qui suit le {instant_long(instant)}")

    def _heures_du_csc(self, jour: date) -> Horaire:
        if not self.est_ouvrable(jour):
            raise JourNonOuvrable(f"le CSC n'ouvre pas le {date_longue(jour)}")
        return self._heures_du(jour)[GenrePlage.CSC, TypeJour.OUVRABLE][0]

    def _heures_du(self, jour: date) -> _Horaires:
        return self._horaires[_place(self.versions, jour)]

    def _plages_du(self, jour: date, genre: GenrePlage) -> list[Plage]:
        return plages_du_jour(jour, self._heures_du(jour).get((genre, self._type(jour)), ()))

    def _type(self, jour: date) -> TypeJour:
        if est_fin_de_semaine(jour):
            return TypeJour.FIN_DE_SEMAINE
        return TypeJour.FERIE if jour in self._feries else TypeJour.OUVRABLE


def _place(versions: Sequence[VersionCalendrier], jour: date) -> int:
    """La place, parmi des versions rangées, de celle qui décide de ce jour."""
    return max(bisect_right(versions, jour, key=lambda v: v.en_vigueur_depuis) - 1, 0)


def _horaires(version: VersionCalendrier) -> _Horaires:
    """Les heures d'une version, par genre de plage et type de jour."""
    horaires: dict[tuple[GenrePlage, TypeJour], tuple[Horaire, ...]] = {}
    for horaire in version.horaires:
        cle = (horaire.genre, horaire.type_jour)
        horaires[cle] = (*horaires.get(cle, ()), horaire)
    return MappingProxyType(horaires)


def jours_changes(ancien: Calendrier, nouveau: Calendrier) -> tuple[date, ...]:
    """Les jours ouvrables dans un calendrier et pas dans l'autre, pour un recalcul (SLA-7)."""
    avant_apres = zip(ancien.tables.ouvrable, nouveau.tables.ouvrable, strict=True)
    return tuple(jour_de_rang(r) for r, (avant, apres) in enumerate(avant_apres) if avant != apres)
