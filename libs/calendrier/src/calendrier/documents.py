"""Du document JSON d'une version à ses données vérifiées, et la lecture des versions embarquées."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import TypeVar

from calendrier.calendrier import Calendrier
from calendrier.erreurs import VersionInvalide
from calendrier.regles import regle_depuis_document
from calendrier.versions import (
    Decision,
    GenrePlage,
    Horaire,
    JourChome,
    Report,
    TypeJour,
    VersionCalendrier,
)

_Mot = TypeVar("_Mot", bound=StrEnum)

FONCTION_PUBLIQUE = "fonction_publique"
"""Le calendrier que les versions d'ici décrivent; il peut s'en publier d'autres."""

_CLES = ("version", "en_vigueur_depuis", "note", "feries", "ajouts", "retraits", "horaires")
_PLAGE = re.compile(r"([0-4]\d):([0-5]\d)-([0-4]\d):([0-5]\d)", re.ASCII)
_MINUTES_PAR_JOUR = 24 * 60


def lire_versions() -> tuple[VersionCalendrier, ...]:
    """Les versions livrées avec le paquet, de la plus ancienne à la plus récente (lecture)."""
    documents = (
        json.loads(fichier.read_text(encoding="utf-8"))
        for fichier in files("calendrier").joinpath("donnees").iterdir()
        if fichier.name.endswith(".json")
    )
    versions = (version_depuis_document(document) for document in documents)
    return tuple(sorted(versions, key=lambda v: (v.en_vigueur_depuis, v.version)))


def calendrier_applique() -> Calendrier:
    """Le calendrier des versions livrées avec le paquet; un service lit celles qu'il a reçues."""
    return composer(lire_versions())


@lru_cache(maxsize=32)
def composer(versions: tuple[VersionCalendrier, ...]) -> Calendrier:
    """`Calendrier.depuis` ces versions, calculé une seule fois; lève de même."""
    return Calendrier.depuis(*versions)


def calendrier_de(documents: Iterable[Mapping[str, object]]) -> Calendrier:
    """Le calendrier de ces documents, dans l'ordre où ils ont été publiés.

    Lève `VersionInvalide`, ou `CalendrierAbsent` sans aucun document.
    """
    return composer(tuple(map(version_depuis_document, documents)))


def version_depuis_document(document: Mapping[str, object]) -> VersionCalendrier:
    """La version que décrit un document JSON décodé.

    Lève `VersionInvalide`, en nommant le champ, si la forme est mauvaise. Ce qui ne se voit qu'au
    calendrier (un jour retiré qui n'était pas férié) est refusé par `Calendrier.depuis`.
    """
    _cles_exactes(document, _CLES, "document")
    return VersionCalendrier(
        version=_texte(document["version"], "version"),
        en_vigueur_depuis=_jour(document["en_vigueur_depuis"], "en_vigueur_depuis"),
        note=_texte(document["note"], "note", vide=True),
        feries=_feries(document["feries"]),
        ajouts=_decisions(document["ajouts"], "ajouts"),
        retraits=_decisions(document["retraits"], "retraits"),
        horaires=_horaires(document["horaires"]),
    )


def version_publiee(document: Mapping[str, object]) -> VersionCalendrier | None:
    """La version que dit un `calendrier.publié`; None si c'est celle d'un autre calendrier.

    Lève `VersionInvalide` si elle ne peut servir, ses jours compris.
    """
    dite = dict(document)
    if dite.pop("calendrier") != FONCTION_PUBLIQUE:
        return None
    version = version_depuis_document(dite)
    composer((version,))
    return version


def _feries(valeur: object) -> tuple[JourChome, ...]:
    feries = []
    for champ, brut in _elements(valeur, "feries"):
        _cles_exactes(brut, ("code", "libelle", "regle", "report"), champ)
        feries.append(
            JourChome(
                _texte(brut["code"], f"{champ}.code"),
                _texte(brut["libelle"], f"{champ}.libelle"),
                regle_depuis_document(brut["regle"], f"{champ}.regle"),
                _mot(Report, brut["report"], f"{champ}.report"),
            )
        )
    _sans_doublon((f.code for f in feries), "feries", "le code")
    return tuple(feries)


def _decisions(valeur: object, nom: str) -> tuple[Decision, ...]:
    decisions = []
    for champ, brut in _elements(valeur, nom):
        _cles_exactes(brut, ("jour", "libelle"), champ)
        decisions.append(
            Decision(
                _jour(brut["jour"], f"{champ}.jour"), _texte(brut["libelle"], f"{champ}.libelle")
            )
        )
    _sans_doublon((d.jour.isoformat() for d in decisions), nom, "le jour")
    return tuple(decisions)


def _horaires(valeur: object) -> tuple[Horaire, ...]:
    par_genre = _objet(valeur, "horaires")
    _cles_exactes(par_genre, tuple(GenrePlage), "horaires")
    horaires = [
        _horaire(GenrePlage(genre), type_jour, texte)
        for genre, par_type in par_genre.items()
        for cle, textes in _objet(par_type, f"horaires.{genre}").items()
        for type_jour in [_mot(TypeJour, cle, f"horaires.{genre}")]
        for texte in _liste(textes, f"horaires.{genre}.{type_jour}")
    ]
    ouvertures = [
        h for h in horaires if (h.genre, h.type_jour) == (GenrePlage.CSC, TypeJour.OUVRABLE)
    ]
    if len(ouvertures) != 1 or ouvertures[0].fin > _MINUTES_PAR_JOUR:
        raise VersionInvalide(
            "horaires.csc.ouvrable : il faut une plage et une seule, finie le jour même "
            "(la fermeture en dépend)"
        )
    # Le document ne les ordonne pas : deux qui disent les mêmes heures sont la même version.
    return tuple(sorted(horaires, key=lambda h: (h.genre, h.type_jour, h.debut, h.fin)))


def _horaire(genre: GenrePlage, type_jour: TypeJour, texte: object) -> Horaire:
    lue = _PLAGE.fullmatch(texte) if isinstance(texte, str) else None
    if lue is None:
        raise VersionInvalide(
            f"horaires.{genre}.{type_jour} : une plage s'écrit « hh:mm-hh:mm », reçu {texte!r}"
        )
    heure_debut, minute_debut, heure_fin, minute_fin = map(int, lue.groups())
    debut, fin = heure_debut * 60 + minute_debut, heure_fin * 60 + minute_fin
    if not (debut < fin <= 2 * _MINUTES_PAR_JOUR and debut < _MINUTES_PAR_JOUR):
        raise VersionInvalide(
            f"horaires.{genre}.{type_jour} : « {texte} » doit commencer le jour même, finir après "
            "son début et au plus tard à 48:00"
        )
    return Horaire(genre, type_jour, debut, fin)


def _cles_exactes(objet: Mapping[str, object], cles: Iterable[str], champ: str) -> None:
    attendues = set(cles)
    if manquantes := attendues - objet.keys():
        raise VersionInvalide(f"{champ} : il manque {', '.join(sorted(manquantes))}")
    if inconnues := objet.keys() - attendues:
        raise VersionInvalide(f"{champ} : clé inconnue {', '.join(sorted(map(str, inconnues)))}")


def _elements(valeur: object, nom: str) -> list[tuple[str, Mapping[str, object]]]:
    return [(f"{nom}[{i}]", _objet(e, f"{nom}[{i}]")) for i, e in enumerate(_liste(valeur, nom))]


def _liste(valeur: object, champ: str) -> list[object]:
    if not isinstance(valeur, list):
        raise VersionInvalide(f"{champ} : une liste est attendue, reçu {valeur!r}")
    return valeur


def _objet(valeur: object, champ: str) -> Mapping[str, object]:
    if not isinstance(valeur, Mapping):
        raise VersionInvalide(f"{champ} : un objet est attendu, reçu {valeur!r}")
    return valeur


def _texte(valeur: object, champ: str, *, vide: bool = False) -> str:
    if not isinstance(valeur, str) or not (vide or valeur.strip()):
        raise VersionInvalide(
            f"{champ} : un texte{'' if vide else ' non vide'} est attendu, reçu {valeur!r}"
        )
    return valeur


def _jour(valeur: object, champ: str) -> date:
    try:
        return date.fromisoformat(_texte(valeur, champ))
    except ValueError:
        raise VersionInvalide(
            f"{champ} : une date aaaa-mm-jj est attendue, reçu {valeur!r}"
        ) from None


def _mot(mots: type[_Mot], valeur: object, champ: str) -> _Mot:
    try:
        return mots(_texte(valeur, champ))
    except ValueError:
        raise VersionInvalide(f"{champ} : {valeur!r} n'est pas parmi {', '.join(mots)}") from None


def _sans_doublon(valeurs: Iterable[str], champ: str, quoi: str) -> None:
    vues: set[str] = set()
    for valeur in valeurs:
        if valeur in vues:
            raise VersionInvalide(f"{champ} : {quoi} « {valeur} » revient deux fois")
        vues.add(valeur)
