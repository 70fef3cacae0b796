"""Les lectures de l'accès au Catalogue : une requête par écran."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from contrats.base import CodeOrganisme
from courtier.acces.adaptateurs import tables as t
from courtier.acces.domaine import (
    Admissibilite,
    Compte,
    DecisionCompte,
    EtatCompte,
    Inscription,
    Prononce,
)
from socle.bd.conversion import objet
from socle.bd.instructions import Ligne
from socle.bd.vues import VueListe, VueObjet
from socle.conservation import PARTIE, Famille, en_mots, lot, passee
from socle.reglages import Reglages


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreComptes:
    """`sujet` : les comptes d'une seule personne."""

    organisme: CodeOrganisme | None = None
    etat: EtatCompte | None = None
    sujet: str | None = None


COMPTE = VueObjet(select(t.comptes), t.comptes.c.id, "Compte d'accès introuvable.")
COMPTES = VueListe(requete=select(t.comptes), filtre=FiltreComptes, cles=(t.comptes.c.id,))


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreAdmissibilites:
    """Les décisions sur un organisme."""

    organisme: CodeOrganisme | None = None


ADMISSIBILITES = VueListe(
    requete=select(t.admissibilites), filtre=FiltreAdmissibilites, cles=(t.admissibilites.c.id,)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreInscriptions:
    """Celles qui courent; `sujet` : d'une seule personne."""

    organisme: CodeOrganisme | None = None
    sujet: str | None = None


INSCRIPTIONS = VueListe(
    requete=select(t.inscriptions).where(t.inscriptions.c.retiree_le.is_(None)),
    filtre=FiltreInscriptions,
    cles=(t.inscriptions.c.id,),
)


def compte_de(ligne: Ligne) -> Compte:
    """Le compte d'une ligne."""
    return objet(
        Compte,
        ligne,
        decision=DecisionCompte(ligne.decision) if ligne.decision else None,
        decidee=_prononce(ligne, "decidee"),
        retrait=_prononce(ligne, "retrait"),
    )


def admissibilite_de(ligne: Ligne) -> Admissibilite:
    """La décision d'une ligne."""
    decidee = Prononce(ligne.decidee_par, ligne.decidee_le, ligne.decidee_motif)
    return objet(Admissibilite, ligne, decidee=decidee)


def inscription_de(ligne: Ligne) -> Inscription:
    """L'inscription d'une ligne."""
    return objet(Inscription, ligne)


def _prononce(ligne: Ligne, acte: str) -> Prononce | None:
    par, le, motif = (getattr(ligne, f"{acte}_{nom}") for nom in ("par", "le", "motif"))
    return None if le is None else Prononce(par, le, motif)


def conservation(reglages: Reglages) -> Sequence[Famille]:
    """D'une personne partie, le sujet s'efface; ce qu'on a décidé de son compte reste (CI-11)."""
    garde = reglages.conservation.durees.personnes
    comptes, retrait = t.comptes.name, "COALESCE({0}retrait_le, {0}decidee_le)"

    def compte_echu(maintenant: datetime) -> str:
        return (
            f"{passee(retrait.format(''), garde, maintenant)} AND {PARTIE.encore('sujet')}"
            f" AND etat IN ('retire', 'refuse') AND NOT EXISTS (SELECT FROM {comptes} AS a"
            f" WHERE (a.organisme, a.sujet) = ({comptes}.organisme, {comptes}.sujet)"
            f" AND (a.etat IN ('demande', 'accorde')"
            f" OR NOT {passee(retrait.format('a.'), garde, maintenant)}))"
        )

    def inscription_echue(maintenant: datetime) -> str:
        return f"{passee('retiree_le', garde, maintenant)} AND {PARTIE.encore('sujet')}"

    sujet = PARTIE.efface("sujet")
    inscriptions, adresse = t.inscriptions.name, f"{sujet}, courriel = NULL"
    return (
        Famille(
            nom="personnes",
            libelle="qui eut accès au Catalogue : sujet",
            duree=en_mots(garde),
            table=comptes,
            echue=compte_echu,
            lot=lot(comptes, retrait.format(""), compte_echu, sujet),
        ),
        Famille(
            nom="personnes",
            libelle="qui fut de la liste de diffusion : sujet, adresse",
            duree=en_mots(garde),
            table=inscriptions,
            echue=inscription_echue,
            lot=lot(inscriptions, "retiree_le", inscription_echue, adresse),
        ),
    )
