"""Une version du calendrier se publie pour l'avenir; le passé ne change pas (SLA-1, CAT-2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from calendrier import (
    ANNEE_MAX,
    ANNEE_MIN,
    Calendrier,
    VersionCalendrier,
    VersionInvalide,
    composer,
    date_longue,
    version_depuis_document,
)
from noyau import Acte, Conflit, Fait, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendrierPublie(Fait):
    """Une version décide des jours à partir de sa date."""

    version: VersionCalendrier
    rang: int
    """Croît d'une publication à la suivante; à date égale, le plus haut vaut."""


@dataclass(frozen=True, slots=True)
class RecalculAccepte:
    """Ce que changerait une version, lu et accepté par une personne (SLA-7)."""

    recalcul_id: UUID
    sorte: str
    empreinte: str
    """Celle de ce qui se publiera."""
    calendriers: int | None = None
    """Combien de versions du calendrier il a lues; None : il ne le dit pas."""


def exiger_accepte(recalcul: RecalculAccepte | None, empreinte: str) -> RecalculAccepte:
    """Le recalcul; lève `Conflit` s'il n'est pas accepté de ce qui a cette empreinte (SLA-7)."""
    if recalcul is None or recalcul.empreinte != empreinte:
        raise Conflit(
            "Ce recalcul n'est pas accepté, ou l'est d'une version qui dit autre chose.",
            regle="SLA-7",
        )
    return recalcul


def exiger_a_jour(recalcul: RecalculAccepte, fait: CalendrierPublie) -> None:
    """Lève `Conflit` si une version s'est publiée que le recalcul n'a pas lue (SLA-7).

    Les versions se suivent par leur rang : autant de lues que de publiées, ce sont les mêmes.
    """
    if recalcul.calendriers != fait.rang - 1:
        raise Conflit(
            "Une autre version du calendrier s'est publiée depuis le rapport de ce recalcul, ou"
            " il ne dit pas celles qu'il a lues : ce qu'il annonce n'est plus ce qui arriverait."
            " Demandez un autre recalcul de cette version, puis acceptez-le.",
            regle="SLA-7",
            details={"lues": recalcul.calendriers, "publiees": fait.rang - 1},
        )


def lire_version(document: Mapping[str, object]) -> VersionCalendrier:
    """La version que décrit ce document, ses jours éprouvés.

    Lève `Conflit` (SLA-1), qui nomme le champ fautif.
    """
    try:
        version = version_depuis_document(document)
        composer((version,))
    except VersionInvalide as erreur:
        raise Conflit(f"Ce calendrier ne peut servir : {erreur}.", regle="SLA-1") from erreur
    return version


def publier(
    connues: Sequence[VersionCalendrier],
    voulue: VersionCalendrier,
    acte: Acte,
    *,
    mise_en_route: bool = False,
    accepte: bool = False,
) -> CalendrierPublie | None:
    """La version de plus, parmi celles déjà publiées, en ordre; rien si elle l'est déjà, pareille.

    À la mise en route, ou sous un recalcul accepté (SLA-7), elle décide de jours commencés.
    Lève `Conflit` : le nom est pris par une autre; sa date sort des années couvertes, ou (CAT-2)
    n'est pas à venir; elle change un jour d'avant sa date, ce qui n'aurait aucun effet.
    """
    homonyme = next((v for v in connues if v.version == voulue.version), None)
    if homonyme == voulue:
        return None
    if homonyme is not None:
        raise Conflit(
            f"La version « {voulue.version} » est déjà publiée, et dit autre chose :"
            " une décision prend un nouveau nom.",
            regle="SLA-1",
        )
    if not ANNEE_MIN <= voulue.en_vigueur_depuis.year <= ANNEE_MAX:
        raise Conflit(
            f"Une version commence dans les années {ANNEE_MIN} à {ANNEE_MAX}, non le"
            f" {date_longue(voulue.en_vigueur_depuis)}.",
            regle="SLA-1",
        )
    if not (mise_en_route or accepte):
        _refuser_au_passe(voulue, jour_de_quebec(acte.le))
    if connues and not mise_en_route:
        _refuser_les_vains(connues, voulue)
    return CalendrierPublie(version=voulue, rang=len(connues) + 1, survenu_le=acte.le)


def _refuser_au_passe(voulue: VersionCalendrier, aujourdhui: date) -> None:
    debut, demain = voulue.en_vigueur_depuis, aujourdhui + timedelta(days=1)
    if debut < demain:
        raise Conflit(
            f"Une version ne décide d'aucun jour commencé : au plus tôt le {date_longue(demain)},"
            f" non le {date_longue(debut)}. Plus tôt, nommez le recalcul accepté de cette version.",
            regle="CAT-2",
        )


def _refuser_les_vains(connues: Sequence[VersionCalendrier], voulue: VersionCalendrier) -> None:
    debut = voulue.en_vigueur_depuis
    seule, avant = composer((voulue,)), composer(tuple(connues))
    decides = (d.jour for d in (*voulue.ajouts, *voulue.retraits))
    vains = [j for j in sorted(decides) if j < debut and _differe(j, seule, avant)]
    if vains:
        raise Conflit(
            f"Le {date_longue(vains[0])} précède le {date_longue(debut)}, premier jour que cette"
            " version décide : elle n'y changerait rien.",
            regle="SLA-1",
            details={"jours": [jour.isoformat() for jour in vains]},
        )


def _differe(jour: date, une: Calendrier, autre: Calendrier) -> bool:
    return une.est_ouvrable(jour) != autre.est_ouvrable(jour)
