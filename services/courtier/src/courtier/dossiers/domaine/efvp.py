"""L'évaluation des facteurs relatifs à la vie privée : une conclusion par lieu (CI-13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from courtier.catalogue.domaine import Fiche, Offre, Zone
from courtier.dossiers.domaine.besoins import Donnees
from noyau import Conflit, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class Examen:
    """Ce que l'organisme conclut d'un lieu d'une offre."""

    offre_id: UUID
    lieu: str
    accepte: bool
    protection_adequate: bool | None
    """Ce que dit la part 70.1, quand le lieu ou le fournisseur est hors du Québec."""
    motif: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion(Examen):
    """Un examen, et la version de l'offre qu'il a regardée."""

    version_offre: int
    zone: Zone
    hors_quebec: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Efvp:
    """Une EFVP datée; le document, dont voici l'empreinte SHA-256, vit chez l'organisme."""

    date: date
    empreinte: str
    donnees: Donnees
    """Les données qu'elle a examinées."""
    conclusions: tuple[Conclusion, ...]

    def conclusion(self, offre_id: UUID, lieu: str | None) -> Conclusion | None:
        """Ce qu'elle dit de ce lieu; rien si elle ne l'a pas examiné."""
        return next((c for c in self.conclusions if (c.offre_id, c.lieu) == (offre_id, lieu)), None)

    def accepte(self, offre: Offre, fiche: Fiche, lieu: str | None) -> bool:
        """Vrai si elle accepte ce lieu de l'offre, telle qu'elle est, chez qui la fournit (CI-13).

        Un fournisseur qui traite désormais hors du Québec demande la protection adéquate.
        """
        dite = self.conclusion(offre.id, lieu)
        if dite is None or not dite.accepte or dite.version_offre != offre.version:
            return False
        return dite.protection_adequate is True or not est_hors_quebec(dite.zone, fiche)


def est_hors_quebec(zone: Zone, fiche: Fiche) -> bool:
    """Vrai si les données sortent du Québec, par le lieu ou par qui les traite (art. 70.1).

    Un fournisseur d'un autre pays, ou sans NEQ, traite hors du Québec.
    """
    return zone is not Zone.QUEBEC or fiche.pays != "CA" or fiche.neq is None


def conclure(
    examens: tuple[Examen, ...],
    *,
    datee_du: date,
    offres: Mapping[UUID, Offre],
    fiches: Mapping[UUID, Fiche],
) -> tuple[Conclusion, ...]:
    """Les conclusions d'une EFVP datée de ce jour sur les offres dans leur version présente.

    Lève `Conflit` (CI-13) : un lieu que l'offre n'a pas, examiné deux fois, ou accepté hors du
    Québec sans dire la protection adéquate; une version qui n'existait pas encore ce jour-là.
    """
    for offre in offres.values():
        if datee_du < jour_de_quebec(offre.depuis):
            raise Conflit(
                "L'EFVP est datée d'avant la version de l'offre qu'elle examine.",
                regle="CI-13",
                details={"offre_id": str(offre.id)},
            )
    if len({(e.offre_id, e.lieu) for e in examens}) < len(examens):
        raise Conflit("Un lieu d'une offre ne s'examine qu'une fois.", regle="CI-13")
    return tuple(
        _conclure(examen, offres[examen.offre_id], fiches[offres[examen.offre_id].fournisseur_id])
        for examen in examens
    )


def _conclure(examen: Examen, offre: Offre, fiche: Fiche) -> Conclusion:
    zone = zone_du_lieu(offre, examen.lieu)
    hors_quebec = est_hors_quebec(zone, fiche)
    if hors_quebec and examen.accepte and not examen.protection_adequate:
        raise Conflit(
            "Un lieu hors du Québec, par sa place ou par le fournisseur, ne s'accepte que si la"
            " protection y est adéquate (art. 70.1).",
            regle="CI-13",
            details={"offre_id": str(offre.id)},
        )
    return Conclusion(
        offre_id=examen.offre_id,
        lieu=examen.lieu,
        accepte=examen.accepte,
        protection_adequate=examen.protection_adequate,
        motif=examen.motif,
        version_offre=offre.version,
        zone=zone,
        hors_quebec=hors_quebec,
    )


def zone_du_lieu(offre: Offre, lieu: str) -> Zone:
    """La zone d'un lieu de l'offre; lève `Conflit` (CI-13) s'il n'en est pas."""
    zones = {le.lieu: le.zone for le in offre.caracteristiques.lieux_hebergement}
    if lieu not in zones:
        raise Conflit(
            "Le lieu retenu figure parmi ceux de l'offre.",
            regle="CI-13",
            details={"offre_id": str(offre.id)},
        )
    return zones[lieu]
