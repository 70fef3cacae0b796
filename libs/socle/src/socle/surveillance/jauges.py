"""Les jauges que tient la base : profondeur de la boîte d'envoi, stationnement, rebuts, jalons."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from noyau import Horloge
from socle.bd.connexion import Connexion
from socle.bd.entretien import ANNONCE, FIN_D_ENTRETIEN, annonce_lue, fin_lue
from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, transaction
from socle.exploitation.mesures import Actualisation, Mesures
from socle.horloge import horloge_systeme

_COMPTES = """
SELECT (SELECT count(*) FROM socle_outbox) AS outbox,
       (SELECT count(*) FROM socle_stationnement) AS stationnes,
       (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(stationne_le)), 0)
          FROM socle_stationnement) AS stationnes_age,
       (SELECT count(*) FROM socle_rebuts) AS rebuts,
       current_setting('default_transaction_read_only') = 'on' AS lecture_seule,
       current_setting($1, true) AS fin_d_entretien,
       current_setting($2, true) AS annonce,
       extract(epoch FROM clock_timestamp()) AS heure,
       (SELECT extract(epoch FROM clock_timestamp() - enregistre_le) FROM socle_outbox
          WHERE isfinite(enregistre_le) ORDER BY id LIMIT 1) AS outbox_age
"""

_JALONS = """
SELECT sujet, extract(epoch FROM min(jusqua)) AS secondes FROM socle_jalons
GROUP BY sujet HAVING count(*) = max(partitions)
"""
_ECARTES = "SELECT sujet, count(*) AS nombre FROM socle_ecartes GROUP BY sujet"


@dataclass(frozen=True, slots=True)
class Jauge:
    """Un nombre qu'un service déclare et que sa base tient; `lire` le donne à chaque lecture."""

    nom: str
    aide: str
    lire: Callable[[Connexion], Awaitable[int]]

    @property
    def noms(self) -> tuple[str, ...]:
        return (self.nom,)


@dataclass(frozen=True, slots=True)
class Famille:
    """Des jauges qu'une même lecture remplit, chacune par valeur d'une étiquette peu nombreuse.

    `lire` reçoit l'heure d'affaires, et donne les nombres de chaque nom d'`aides`; ce qu'elle ne
    donne plus disparaît.
    """

    etiquette: str
    aides: Mapping[str, str]
    lire: Callable[[Connexion, datetime], Awaitable[Mapping[str, Mapping[str, float]]]]

    @property
    def noms(self) -> tuple[str, ...]:
        return tuple(self.aides)


def jauges_de_base(
    moteur: Moteur,
    mesures: Mesures,
    jauges: Iterable[Jauge | Famille] = (),
    horloge: Horloge = horloge_systeme,
    sujets: Iterable[str] = (),
) -> Actualisation:
    """De quoi lire les jauges tenues par la base : celles du socle, et celles du service.

    Le jalon d'un de ces `sujets`, tant que rien n'en est venu, est l'heure du départ : le silence
    d'un producteur qui n'a jamais publié se compte aussi.
    """
    for sujet in sujets:
        mesures.fixer_jalon(sujet, horloge().timestamp())
    declarees = list(jauges)
    propres = [(mesures.jauge(j.nom, j.aide), j.lire) for j in declarees if isinstance(j, Jauge)]
    familles = [
        ({nom: mesures.par(nom, aide, f.etiquette) for nom, aide in f.aides.items()}, f.lire)
        for f in declarees
        if isinstance(f, Famille)
    ]

    async def actualiser() -> None:
        async with transaction(moteur, INTERNE) as connexion:
            pilote = connexion.pilote
            avant = horloge_systeme()
            ligne = await pilote.fetchrow(_COMPTES, FIN_D_ENTRETIEN, ANNONCE)
            apres = horloge_systeme()
            jalons = await pilote.fetch(_JALONS)
            ecartes = await pilote.fetch(_ECARTES)
            for jauge, lire in propres:
                jauge.set(await lire(connexion))
            for par_nom, lire_par in familles:
                lues = await lire_par(connexion, horloge())
                for nom, etiquetee in par_nom.items():
                    mesures.fixer(etiquetee, lues.get(nom, {}))
        if ligne is None:
            return
        _fixer(mesures, ligne, jalons)
        mesures.derive.set(_derive(avant, float(ligne["heure"]), apres))
        mesures.fixer_envois_ecartes({r["sujet"]: r["nombre"] for r in ecartes})

    return actualiser


def _fixer(mesures: Mesures, ligne: Mapping[str, Any], jalons: Iterable[Mapping[str, Any]]) -> None:
    for jalon in jalons:
        mesures.fixer_jalon(jalon["sujet"], float(jalon["secondes"]))
    mesures.outbox.set(ligne["outbox"])
    mesures.outbox_age.set(float(ligne["outbox_age"] or 0))
    mesures.stationnes.set(ligne["stationnes"])
    mesures.stationnes_age.set(float(ligne["stationnes_age"]))
    mesures.rebuts.set(ligne["rebuts"])
    mesures.lecture_seule.set(int(ligne["lecture_seule"]))
    fin = fin_lue(ligne["fin_d_entretien"])
    mesures.entretien_fin.set(float("nan") if fin is None else fin.timestamp())
    annonce = annonce_lue(ligne["annonce"])
    finie = annonce is None or annonce.fin <= horloge_systeme()
    mesures.entretien_annonce.set(
        float("nan") if annonce is None or finie else annonce.debut.timestamp()
    )


def _derive(avant: datetime, heure: float, apres: datetime) -> float:
    """Secondes dont l'heure de la base s'écarte de la nôtre; rien si elle tient entre nos regards.

    L'aller-retour n'est pas une dérive : seul ce qui en sort en est une.
    """
    return max(avant.timestamp() - heure, heure - apres.timestamp(), 0.0)
