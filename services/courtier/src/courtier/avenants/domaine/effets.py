"""Ce qu'un avenant change d'un contrat, et ce que cela coûte (CI-17)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from courtier.catalogue.domaine import (
    BASE,
    Engagement,
    EntenteCadre,
    Fiche,
    Offre,
    OffreAuCatalogue,
    Periodicite,
)
from courtier.contrats.domaine.contrat import Contrat
from courtier.contrats.domaine.courants import Changement, QuantiteRevue, termes_courants
from courtier.contrats.domaine.etats import Etat
from courtier.contrats.domaine.termes import Termes
from courtier.dossiers.domaine.besoins import Donnees
from courtier.dossiers.domaine.efvp import Efvp
from courtier.dossiers.domaine.elements import (
    ComposanteRetenue,
    Element,
    QuantitePeriode,
    Voulu,
    composer,
)
from noyau import ZERO, Conflit, Montant


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangementVoulu:
    """Ce que le client demande de changer; `conditions` et `portee` sont toujours refusées."""

    duree_mois: int | None = None
    """La durée entière du contrat, prolongation comprise."""
    quantites: tuple[QuantiteRevue, ...] = ()
    offres: Voulu = field(default_factory=dict)
    du_mois: int | None = None
    """Le mois du contrat où entrent les offres ajoutées."""
    conditions: str | None = None
    portee: str | None = None

    @property
    def vide(self) -> bool:
        return self.duree_mois is None and not self.quantites and not self.offres


@dataclass(frozen=True, slots=True, kw_only=True)
class Effet:
    """Ce qu'un avenant change, et le montant du contrat avant et après, avant taxes."""

    changement: Changement
    avant: Montant
    apres: Montant
    hors_quantites: Montant
    """Ce qu'il ajoute hors des composantes et des mois du contrat signé, où seule une quantité
    varie à son prix convenu; d'un coup ou par étapes, le même.
    """
    dement: bool = False
    """Vrai s'il ajoute des unités, ou une offre, à ce qu'une conversion dite comptait (CI-15)."""

    @property
    def ajout(self) -> Montant:
        """Ce qu'il ajoute au contrat; négatif, ce qu'il en retranche."""
        return self.apres - self.avant

    def exige_autorisation(self, seuil: Decimal) -> bool:
        """Vrai si le dirigeant autorise d'abord : une dépense de plus, au seuil d'appel d'offres.

        L'avenant compris, et sans ce qu'il retranche ailleurs : on ne franchit pas le seuil par un
        avenant (LCOP, art. 17). Sous le seuil aussi, si des unités s'ajoutent à celles qu'une
        conversion dite avait comptées : elles démentent ce qui faisait le plus bas prix (CI-15).
        """
        au_seuil = self.hors_quantites > ZERO and self.apres.decimal >= seuil
        return au_seuil or self.dement


def evaluer(
    voulu: ChangementVoulu,
    contrat: Contrat,
    *,
    entente: EntenteCadre,
    catalogue: Mapping[UUID, OffreAuCatalogue],
    le: date,
    engagements: Mapping[UUID, Engagement] | None = None,
    conversions_dites: Collection[UUID] = (),
) -> Effet:
    """Ce que l'avenant changera, aux prix du contrat et, des offres ajoutées, à ceux du jour.

    `engagements` : ce qu'imposent les offres du contrat, à leur version signée;
    `conversions_dites` : celles dont le dossier disait ce que sert une unité (RCTI). Lève `Conflit`
    (CI-17) : contrat qui n'est pas en cours, conditions ou portée, rien de changé, mois déjà
    commencés, durée au-delà de 36 mois; (CI-14) : ce que refuse `composer`, engagement non tenu.
    """
    exiger_en_cours(contrat, le)
    _exiger_accessoire(voulu)
    courants = contrat.courants
    if voulu.duree_mois is not None and voulu.duree_mois <= courants.duree_mois:
        raise Conflit(
            f"Le contrat dure déjà {courants.duree_mois} mois : un avenant ne peut que prolonger.",
            regle="CI-17",
        )
    changement = Changement(
        duree_mois=voulu.duree_mois,
        quantites=voulu.quantites,
        ajoutes=_ajoutes(voulu, courants, entente, catalogue, le),
    )
    apres = termes_courants(courants, (changement,))
    exiger_futur(changement, courants, le)
    _exiger_sans_baisse(courants, apres)
    _exiger_engages(changement.ajoutes, catalogue, apres.duree_mois)
    _exiger_minimums(courants, apres, engagements or {})
    return Effet(
        changement=changement,
        avant=courants.montant,
        apres=apres.montant,
        hors_quantites=Montant.de(
            _hors_quantites(contrat, (*contrat.changements, changement))
            - _hors_quantites(contrat, contrat.changements)
        ),
        dement=_dement(contrat, apres, conversions_dites),
    )


def exiger_en_cours(contrat: Contrat, le: date) -> None:
    """Lève `Conflit` (CI-17) si le contrat n'est pas conclu et en cours ce jour-là, ou résilié."""
    if contrat.etat_le(le) is not Etat.SIGNE or contrat.resiliation is not None:
        raise Conflit(
            "Seul un contrat conclu et en cours se modifie; fini, il se reconduit par un dossier.",
            regle="CI-17",
            details={"etat": contrat.etat_le(le)},
        )


def exiger_protegees(
    offres: Sequence[Offre], fiche: Fiche, donnees: Donnees | None, efvp: Efvp | None
) -> None:
    """Lève `Conflit` (CI-13) si des offres ajoutées portent des renseignements sans EFVP.

    De chacune, l'EFVP examine un lieu, celui qu'on retient, et l'accepte.
    """
    if donnees is None:
        raise Conflit(
            "Nul dossier ne dit quelles données ce contrat porte : une offre ne s'y ajoute pas.",
            regle="CI-13",
        )
    if not donnees.renseignements_personnels:
        return
    sans = [str(offre.id) for offre in offres if not _protegee(offre, fiche, efvp)]
    if sans:
        raise Conflit(
            "L'EFVP accepte d'abord un lieu de chaque offre ajoutée, et nul autre n'y est examiné.",
            regle="CI-13",
            details={"offres": sans},
        )


def _protegee(offre: Offre, fiche: Fiche, efvp: Efvp | None) -> bool:
    lieux = [c.lieu for c in efvp.conclusions if c.offre_id == offre.id] if efvp else []
    return efvp is not None and len(lieux) == 1 and efvp.accepte(offre, fiche, lieux[0])


def _exiger_accessoire(voulu: ChangementVoulu) -> None:
    touches = [nom for nom in ("conditions", "portee") if getattr(voulu, nom) is not None]
    if touches:
        raise Conflit(
            "Un avenant ne change ni les conditions contractuelles, que seul le Courtier négocie,"
            " ni la portée des offres.",
            regle="CI-17",
            details={"touche": touches},
        )
    if voulu.vide:
        raise Conflit("Cet avenant ne change rien au contrat.", regle="CI-17")


def _ajoutes(
    voulu: ChangementVoulu,
    courants: Termes,
    entente: EntenteCadre,
    catalogue: Mapping[UUID, OffreAuCatalogue],
    le: date,
) -> tuple[Element, ...]:
    if not voulu.offres:
        return ()
    return composer(
        voulu.offres,
        duree_mois=voulu.duree_mois or courants.duree_mois,
        entente=entente,
        catalogue=catalogue,
        le=le,
        du_mois=voulu.du_mois or max(1, courants.mois_de(le)),
    )


def exiger_futur(changement: Changement, courants: Termes, le: date) -> None:
    """Le mois en cours peut encore changer; lève `Conflit` (CI-17) de ceux d'avant, passés."""
    present = courants.mois_de(le)
    revus = [q.du_mois for r in changement.quantites for q in r.quantites]
    uniques = [
        c.quantites[0].du_mois
        for r in changement.quantites
        for e in courants.elements
        if e.offre_id == r.offre_id
        for c in e.composantes
        if c.code == r.composante and c.periodicite is Periodicite.UNIQUE
    ]
    entres = [e.du_mois for e in changement.ajoutes]
    passes = [mois for mois in (*revus, *uniques, *entres) if mois < present]
    if passes:
        raise Conflit(
            f"Le mois {min(passes)} du contrat est passé : un avenant ne change que le mois en"
            " cours et ceux qui viennent.",
            regle="CI-17",
            details={"mois": min(passes), "mois_en_cours": present},
        )


def _exiger_sans_baisse(avant: Termes, apres: Termes) -> None:
    """Sous des modalités sans baisse, aucun mois n'a moins d'unités qu'il n'en avait (CI-14)."""
    revus = {e.offre_id: {c.code: c for c in e.composantes} for e in apres.elements}
    for element in avant.elements:
        if element.modalites.baisse_permise:
            continue
        for composante in element.composantes:
            if _baisse(composante, revus[element.offre_id][composante.code]):
                raise Conflit(
                    f"La composante « {composante.code} » ne peut baisser en cours de contrat.",
                    regle="CI-14",
                    details={"offre_id": str(element.offre_id), "composante": composante.code},
                )


def _exiger_engages(
    ajoutes: Sequence[Element], catalogue: Mapping[UUID, OffreAuCatalogue], duree_mois: int
) -> None:
    """Une offre ajoutée tient son engagement publié : sa durée, et à tout mois sa quantité."""
    for ajoute in ajoutes:
        engagement = catalogue[ajoute.offre_id].offre.caracteristiques.engagement or Engagement()
        reste = duree_mois - ajoute.du_mois + 1
        if reste < (engagement.duree_minimale_mois or 0):
            raise _non_tenu(ajoute.offre_id, f"{engagement.duree_minimale_mois} mois au moins")
        minimum = engagement.quantite_minimale or 0
        if any(q.quantite < minimum for q in _base(ajoute).quantites):
            raise _non_tenu(ajoute.offre_id, f"{minimum} unités au moins à tout mois")


def _exiger_minimums(avant: Termes, apres: Termes, engagements: Mapping[UUID, Engagement]) -> None:
    """Une baisse permise ne descend pas sous la quantité que l'offre impose."""
    presents = {e.offre_id: _base(e) for e in avant.elements}
    for element in apres.elements:
        engagement = engagements.get(element.offre_id, Engagement())
        minimum, present = engagement.quantite_minimale or 0, presents.get(element.offre_id)
        plancher = min((q.quantite for q in present.quantites), default=0) if present else 0
        if any(q.quantite < min(minimum, plancher) for q in _base(element).quantites):
            raise _non_tenu(element.offre_id, f"{minimum} unités au moins à tout mois")


def _base(element: Element) -> ComposanteRetenue:
    return next(c for c in element.composantes if c.code == BASE)


def _non_tenu(offre_id: UUID, impose: str) -> Conflit:
    return Conflit(
        f"L'offre engage à {impose}.", regle="CI-14", details={"offre_id": str(offre_id)}
    )


def _baisse(avant: ComposanteRetenue, apres: ComposanteRetenue) -> bool:
    if avant.periodicite is Periodicite.UNIQUE:
        return apres.quantites[0].quantite < avant.quantites[0].quantite
    la = {mois: q.quantite for q in apres.quantites for mois in q.mois}
    return any(la[mois] < q.quantite for q in avant.quantites for mois in q.mois)


def _hors_quantites(contrat: Contrat, changements: Sequence[Changement]) -> Fraction:
    """Ce que le contrat vaut de plus que ses composantes signées, sur leurs mois; exact."""
    convenus = [_quantites_convenues(c, contrat.termes) for c in changements]
    return _cout(termes_courants(contrat.termes, changements)) - _cout(
        termes_courants(contrat.termes, convenus)
    )


def _dement(contrat: Contrat, apres: Termes, offres: Collection[UUID]) -> bool:
    """Vrai si un mois, ou une offre à côté d'elles, passe ce que ces offres comptaient d'unités.

    Au-delà de la durée d'avant, ce que comptait son dernier mois. Revenir à ce que comptait le
    contrat signé ne dément rien.
    """
    if not offres:
        return False
    connues = {
        e.offre_id: [_base(e), *(_base(s) for s in contrat.termes.elements if _meme(s, e))]
        for e in contrat.courants.elements
    }
    return any(
        element.offre_id not in connues
        or (
            element.offre_id in offres
            and any(
                unites > max(_unites(base, mois) for base in connues[element.offre_id])
                for mois, unites in _mois(_base(element))
            )
        )
        for element in apres.elements
    )


def _meme(signe: Element, courant: Element) -> bool:
    return signe.offre_id == courant.offre_id


def _mois(base: ComposanteRetenue) -> Iterator[tuple[int, int]]:
    for periode in base.quantites:
        for mois in periode.mois:
            yield mois, periode.quantite


def _unites(base: ComposanteRetenue, mois: int) -> int:
    """Celles de ce mois, ou du dernier qui le précède."""
    return max(((m, q) for m, q in _mois(base) if m <= mois), default=(0, 0))[1]


def _cout(termes: Termes) -> Fraction:
    return sum((e.cout for e in termes.elements), Fraction())


def _quantites_convenues(changement: Changement, signes: Termes) -> Changement:
    """Ce qu'il varie des quantités du contrat signé, sur sa durée d'alors."""
    rognees = (
        QuantiteRevue(
            offre_id=r.offre_id,
            composante=r.composante,
            quantites=tuple(
                QuantitePeriode(q.du_mois, min(q.au_mois, signes.duree_mois), q.quantite)
                for q in r.quantites
                if q.du_mois <= signes.duree_mois
            ),
        )
        for r in changement.quantites
        if r.offre_id in signes.offres
    )
    return Changement(quantites=tuple(r for r in rognees if r.quantites))
