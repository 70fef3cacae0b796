"""La page d'un dossier : ses cinq étapes en frise, ce qui manque, ce qui s'est fait (CI-10)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from courtier.dossiers.domaine.actes import ETAPES as ETAPES_DES_GESTES
from courtier.dossiers.domaine.actes import ActePose, Etape, Geste
from courtier.dossiers.domaine.dossier import Dossier, justifications_de
from courtier.dossiers.domaine.etapes import DossierVu, Manque, Prealable, manque
from courtier.dossiers.domaine.libelles import DU_CONTRAT, ETAPES, GESTES, ISSUES
from courtier.dossiers.domaine.reserves import reserves, sans_motif
from pages import Cellule, Colonne, Tableau, environnement
from pages.ecriture import dollars, instant, nombre

_TOUJOURS = frozenset({Geste.RETOUR, Geste.CLOTURE})
"""Possibles tant que rien n'est signé : ils n'avancent pas le dossier."""


@dataclass(frozen=True, slots=True)
class Jalon:
    """Une étape sur la frise."""

    rang: int
    titre: str
    classe: str
    etat: str
    faits: Sequence[str]
    manques: Sequence[str]


def rendre(vu: DossierVu, le: datetime) -> str:
    """La page HTML d'un dossier, vu à cet instant."""
    dossier = vu.dossier
    manques = {g: manque(g, dossier, vu.circonstances) for g in Geste}
    issue = dossier.issue
    return (
        environnement("courtier.dossiers.adaptateurs.rendus")
        .get_template("dossier.html.j2")
        .render(
            dossier=dossier,
            ouvert=instant(dossier.ouverture.le),
            issue=ISSUES[issue] if issue else None,
            etape=f"{int(dossier.etape)}. {ETAPES[dossier.etape]}",
            jalons=tuple(_jalons(dossier, manques)),
            permis=[
                _en_phrase(GESTES[g])
                for g in Geste
                if not manques[g] and g not in DU_CONTRAT and g not in _TOUJOURS
            ],
            manque=None if issue else _manque(manques),
            choix=_choix(dossier),
            actes=_actes(dossier) if dossier.actes else None,
            le=instant(le),
        )
    )


def _jalons(dossier: Dossier, manques: Mapping[Geste, Sequence[Manque]]) -> Iterator[Jalon]:
    for etape, titre in ETAPES.items():
        siens = [a for a in dossier.valant if a.etape is etape]
        defaits = any(a.etape is etape and dossier.a_refaire(a) for a in dossier.actes)
        classe, etat = _etat(dossier, etape, siens, defaits=defaits)
        yield Jalon(
            rang=int(etape),
            titre=titre,
            classe=classe,
            etat=etat,
            faits=tuple(_resume(siens)),
            manques=_attendus(etape, manques) if classe == "courante" else (),
        )


def _etat(
    dossier: Dossier, etape: Etape, siens: Sequence[ActePose], *, defaits: bool
) -> tuple[str, str]:
    if dossier.issue is None and etape is dossier.etape:
        return "courante", "en cours, à refaire" if defaits and not siens else "en cours"
    if etape < dossier.etape or (siens and dossier.issue is not None):
        return "faite", "faite"
    return "avenir", "à refaire" if defaits and not siens else "à venir"


def _resume(siens: Sequence[ActePose]) -> Iterator[str]:
    """Chaque genre de geste, combien de fois, et le dernier instant."""
    for geste in dict.fromkeys(a.geste for a in siens):
        dits = [a for a in siens if a.geste is geste]
        combien = f" ({nombre(len(dits))})" if len(dits) > 1 else ""
        yield f"{GESTES[geste]}{combien} : {instant(dits[-1].visa.le)}"


def _attendus(etape: Etape, manques: Mapping[Geste, Sequence[Manque]]) -> tuple[str, ...]:
    """Ce qui manque aux gestes de l'étape, et au premier de la suivante, dans leur ordre."""
    gestes = [g for g in Geste if ETAPES_DES_GESTES[g] is etape]
    suivant = [g for g in Geste if ETAPES_DES_GESTES[g] == etape + 1][:1]
    return tuple(
        dict.fromkeys(
            m.texte
            for g in (*gestes, *suivant)
            for m in manques[g]
            if m.prealable is not Prealable.ETAPE
        )
    )


def _manque(manques: Mapping[Geste, Sequence[Manque]]) -> Tableau | None:
    """Chaque préalable qui n'est pas tenu, sa règle, et les gestes qui l'attendent."""
    par_prealable: dict[str, tuple[Manque, list[str]]] = {}
    for geste, siens in manques.items():
        for m in siens:
            par_prealable.setdefault(m.prealable, (m, []))[1].append(GESTES[geste])
    lignes = [
        (m.texte, m.regle, ", ".join(map(_en_phrase, gestes)))
        for m, gestes in par_prealable.values()
    ]
    if not lignes:
        return None
    return Tableau(
        titre="Ce qui manque",
        titre_montre=False,
        colonnes=(Colonne("À tenir"), Colonne("Règle", insecable=True), Colonne("Avant de")),
        lignes=lignes,
    )


def _en_phrase(libelle: str) -> str:
    """Un libellé au milieu d'une phrase."""
    return libelle[:1].lower() + libelle[1:]


def _choix(dossier: Dossier) -> Mapping[str, str] | None:
    """Le scénario choisi face au plus bas prix (CI-15)."""
    choisi, comparaison = dossier.choisi, dossier.comparaison
    if choisi is None:
        return None
    total, ecart = comparaison.totaux.get(choisi.id), comparaison.ecart(choisi.id)
    dit = "ne se chiffre plus" if total is None else dollars(total.decimal)
    plus = "" if not ecart else f", {dollars(ecart.decimal)} de plus que le plus bas"
    bas = ", le plus bas prix" if choisi.id in comparaison.plus_bas else ""
    return {"titre": choisi.titre, "dit": f"{dit}{plus}{bas}", "reserves": _reserves(dossier)}


def _reserves(dossier: Dossier) -> str:
    """« 2 réserves, dont 1 sans motif écrit »; vide s'il n'y en a pas."""
    dites, muettes = reserves(dossier), sans_motif(dossier)
    if not dites:
        return ""
    combien = f"{nombre(len(dites))} réserve{'s' if len(dites) > 1 else ''}"
    reste = f"dont {nombre(len(muettes))} sans motif écrit" if muettes else "au motif écrit"
    return f"{combien}, {reste}"


def _actes(dossier: Dossier) -> Tableau:
    return Tableau(
        titre="Chronologie",
        titre_montre=False,
        colonnes=(
            Colonne("Geste"),
            Colonne("Étape", nombre=True),
            Colonne("Le"),
            Colonne("Par"),
            Colonne("Vaut"),
        ),
        lignes=[
            (
                Cellule(GESTES[a.geste], _detail(a)),
                str(int(a.etape)) if a.etape else "–",
                instant(a.visa.le),
                a.visa.par,
                "à refaire" if dossier.a_refaire(a) else "oui",
            )
            for a in reversed(dossier.actes)
        ],
    )


def _detail(acte: ActePose) -> str:
    """Son rang, et les motifs de réserves qu'il porte (CI-15)."""
    motifs = (f"« {d.motif} »" for d in justifications_de(acte.contenu))
    return "; ".join((f"n° {acte.rang}", *motifs))
