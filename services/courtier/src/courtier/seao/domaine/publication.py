"""La publication d'un contrat spécifique au SEAO : ses étapes, ce qui en est dû (CI-18).

Le SEAO est hors d'ici : l'organisme y publie, puis consigne le numéro et la date de son avis.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from courtier.normes.domaine import NormesSeao
from courtier.obligations.domaine import NatureObligation as Due
from courtier.pieces.domaine import Visa
from noyau import Acte, Conflit, Interdit, Introuvable, Montant, jour_de_quebec

ETAPES_MAX: Final = 100
"""Combien d'étapes un contrat publie au plus : un avenant par mois de 36 y tient deux fois."""


class NatureEtape(StrEnum):
    """Ce qui arrive à un contrat, et que sa publication dit."""

    CONCLUSION = "conclusion"
    AVENANT = "avenant"
    RESILIATION = "resiliation"
    FIN = "fin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Partie:
    """Une partie au contrat, telle qu'elle se nommait le jour de sa conclusion."""

    code: str
    """Le code de l'organisme, ou l'identifiant du fournisseur."""
    nom: str
    neq: str | None = None
    """Dix chiffres; un fournisseur de l'étranger peut n'en pas avoir."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """Ce que la signature du fournisseur conclut; le montant est avant taxes."""

    contrat_id: UUID
    organisme: Partie
    assujetti: bool
    """Soumis au RCTI ce jour-là : lui seul doit publier."""
    fournisseur: Partie
    entente: str
    """Le numéro de l'entente-cadre."""
    montant: Montant
    debut: date
    fin: date
    """Le premier jour après le contrat."""
    le: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Modification:
    """Un avenant conclu, ou une résiliation : ce que le contrat vaut et dure désormais."""

    id: UUID
    nature: NatureEtape
    montant: Montant
    """Le montant courant du contrat, avant taxes, cet acte compris."""
    fin: date
    le: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Avis:
    """Ce qu'on a publié d'une étape au SEAO, tel que l'organisme le consigne."""

    publie_le: date
    """Date de Québec."""
    consigne: Visa


@dataclass(frozen=True, slots=True, kw_only=True)
class Etape:
    """Une étape de la vie publique d'un contrat; rien ne la récrit, un avis s'y ajoute une fois."""

    id: UUID
    nature: NatureEtape
    montant: Montant
    """Ce que vaut le contrat après elle; de sa fin, le total payé. Avant taxes."""
    fin: date
    """Le premier jour après le contrat, tel qu'on le sait après elle."""
    le: datetime
    consignee: Visa
    avis: Avis | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Echeance:
    """Ce qui reste à publier, au plus tard ce jour-là compris."""

    nature: Due
    objet_id: UUID
    """Le contrat; d'un supplément, l'avenant."""
    due_le: date


@dataclass(frozen=True, slots=True)
class Effets:
    """Les échéances qu'un acte ouvre, remplit ou abandonne."""

    ouvertes: tuple[Echeance, ...] = ()
    remplies: tuple[Echeance, ...] = ()
    abandonnees: tuple[Echeance, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Annonce:
    """Un avis paru au SEAO, que l'organisme consigne."""

    numero: str
    publie_le: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """Ce que l'avis de conclusion dit de plus, du choix de l'organisme."""

    indicateur: str
    """L'indicateur d'acquisition responsable qui a servi au choix, par son code."""
    titre: str | None = None
    reference: str | None = None
    """Le numéro que l'organisme donne à son contrat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Ce qui se publie d'un contrat conclu, de sa conclusion à sa fin."""

    contrat_id: UUID
    version: int
    organisme: Partie
    fournisseur: Partie
    entente: str
    debut: date
    requise: bool
    """Vrai si le contrat doit se publier; une publication de plein gré reste possible."""
    etapes: tuple[Etape, ...]
    """Dans l'ordre où elles se consignent; la première est la conclusion."""
    echeances: tuple[Echeance, ...] = ()
    numero: str | None = None
    """Le numéro de l'avis au SEAO, le même à chaque étape."""
    declaration: Declaration | None = None

    @classmethod
    def conclure(
        cls, conclu: Conclusion, normes: NormesSeao, acte: Acte
    ) -> tuple["Publication", Effets]:
        """La publication d'un contrat qui vient de se conclure.

        Due si l'organisme est assujetti au RCTI et que le montant atteint le seuil de ce jour-là;
        la fin l'est alors aussi, à compter du dernier jour du contrat.
        """
        etape = Etape(
            id=conclu.contrat_id,
            nature=NatureEtape.CONCLUSION,
            montant=conclu.montant,
            fin=conclu.fin,
            le=conclu.le,
            consignee=Visa.de(acte),
        )
        requise = conclu.assujetti and conclu.montant.decimal >= normes.seuil
        ouvertes = _premieres(conclu.contrat_id, etape, normes) if requise else ()
        publication = cls(
            contrat_id=conclu.contrat_id,
            version=1,
            organisme=conclu.organisme,
            fournisseur=conclu.fournisseur,
            entente=conclu.entente,
            debut=conclu.debut,
            requise=requise,
            etapes=(etape,),
            echeances=ouvertes,
        )
        return publication, Effets(ouvertes=ouvertes)

    @property
    def conclusion(self) -> Etape:
        return self.etapes[0]

    @property
    def derniere(self) -> Etape:
        """L'étape qui dit ce que le contrat vaut et dure maintenant."""
        return self.etapes[-1]

    @property
    def finie(self) -> bool:
        return self.derniere.nature is NatureEtape.FIN

    @property
    def montant_courant(self) -> Montant:
        """Ce que vaut le contrat, avenants compris; le total payé n'y change rien."""
        return next(e.montant for e in reversed(self.etapes) if e.nature is not NatureEtape.FIN)

    @property
    def titre(self) -> str | None:
        return self.declaration.titre if self.declaration else None

    @property
    def manque(self) -> tuple[str, ...]:
        """Ce qui manque à la fiche pour se publier : un NEQ, l'indicateur à déclarer."""
        exiges = {
            "organisme.neq": self.organisme.neq,
            "fournisseur.neq": self.fournisseur.neq,
            "indicateur": self.declaration and self.declaration.indicateur,
        }
        return tuple(nom for nom, dit in exiges.items() if not dit)

    @property
    def due_le(self) -> date | None:
        """La première date où quelque chose est dû; rien s'il ne reste rien à publier."""
        return min((e.due_le for e in self.echeances), default=None)

    def etape(self, identifiant: UUID) -> Etape:
        """Lève `Introuvable`."""
        for etape in self.etapes:
            if etape.id == identifiant:
                return etape
        raise Introuvable("Étape introuvable.", regle="CI-18")

    def modifier(
        self, modification: Modification, *, assujetti: bool, normes: NormesSeao, acte: Acte
    ) -> tuple["Publication", Effets]:
        """Le contrat après un avenant ou une résiliation; le même acte redit ne change rien.

        Au-delà de sa part du montant initial, une hausse se publie (RCTI, art. 74). Une hausse qui
        fait atteindre le seuil à un contrat qui ne l'atteignait pas rend sa publication due, de ce
        jour-là. La fin déplacée, l'échéance de la fin l'est aussi. Lève `Conflit` d'un contrat dont
        la fin est publiée.
        """
        if any(etape.id == modification.id for etape in self.etapes):
            return self, Effets()
        self._exiger_ouverte()
        etape = Etape(
            id=modification.id,
            nature=modification.nature,
            montant=modification.montant,
            fin=modification.fin,
            le=modification.le,
            consignee=Visa.de(acte),
        )
        atteint = assujetti and etape.montant.decimal >= normes.seuil
        effets = self._effets(etape, normes) if self.requise else Effets()
        if atteint and not self.requise:
            premieres = _premieres(self.contrat_id, etape, normes)
            faites = (Due.SEAO_CONCLUSION,) if self.conclusion.avis else ()
            effets = Effets(ouvertes=tuple(e for e in premieres if e.nature not in faites))
        return self._suivante(effets, etapes=(*self.etapes, etape), requise=self.requise or atteint)

    def publier(
        self,
        annonce: Annonce,
        etape_id: UUID,
        acte: Acte,
        *,
        declaration: Declaration | None = None,
    ) -> tuple["Publication", Effets]:
        """L'avis d'une étape est paru; la conclusion se publie la première, avec sa déclaration.

        Lève `Introuvable`, ou `Conflit` : avis déjà consigné, daté de l'avenir ou d'avant son
        étape, d'un autre numéro que celui du contrat.
        """
        etape = self.etape(etape_id)
        if etape.avis is not None:
            raise Conflit("L'avis de cette étape est déjà consigné.", regle="CI-18")
        self._exiger_ordre(etape)
        self._exiger_numero(annonce)
        _exiger_date(annonce, jour_de_quebec(etape.le), acte)
        avis = Avis(publie_le=annonce.publie_le, consigne=Visa.de(acte))
        return self._suivante(
            Effets(remplies=tuple(e for e in self.echeances if _remplit(etape, e))),
            numero=annonce.numero,
            declaration=declaration or self.declaration,
            etapes=tuple(replace(e, avis=avis) if e.id == etape_id else e for e in self.etapes),
        )

    def finir(
        self, annonce: Annonce, etape_id: UUID, total_paye: Montant, acte: Acte
    ) -> tuple["Publication", Effets]:
        """Le contrat est fini : l'avis de sa fin dit le total payé, avant taxes.

        Redit d'un autre total, il corrige le précédent. Lève `Conflit` : contrat qui court encore,
        fin déjà publiée au même total, ou ce que lève `publier`.
        """
        self._exiger_ouverte(corrige=total_paye != self.derniere.montant)
        fin = self.derniere.fin
        if jour_de_quebec(acte.le) < fin:
            raise Conflit("Le contrat court encore : sa fin ne se publie pas.", regle="CI-18")
        _exiger_date(annonce, fin, acte)
        etape = Etape(
            id=etape_id,
            nature=NatureEtape.FIN,
            montant=total_paye,
            fin=fin,
            le=acte.le,
            consignee=Visa.de(acte),
            avis=Avis(publie_le=annonce.publie_le, consigne=Visa.de(acte)),
        )
        self._exiger_ordre(etape)
        self._exiger_numero(annonce)
        return self._suivante(
            Effets(remplies=tuple(e for e in self.echeances if e.nature is Due.SEAO_FIN)),
            etapes=(*self.etapes, etape),
        )

    def renumeroter(self, numero: str, acte: Acte) -> "Publication":
        """Le numéro juste d'un avis consigné sous un autre; ses étapes et ses dates demeurent.

        Lève `Interdit` à qui n'est pas le Courtier; `Conflit` sans avis, ou du même numéro.
        """
        if not acte.acteur.est_mcn:
            raise Interdit("Le Courtier corrige le numéro d'un avis.", regle="CI-18")
        if self.numero is None or self.numero == numero:
            raise Conflit("Ce contrat ne porte pas un autre numéro au SEAO.", regle="CI-18")
        return replace(self, version=self.version + 1, numero=numero)

    def _effets(self, etape: Etape, normes: NormesSeao) -> Effets:
        """Ce qu'une modification ouvre et abandonne d'une publication due."""
        ouvertes = [*self._supplement(etape, normes)]
        if etape.fin == self.derniere.fin:
            return Effets(ouvertes=tuple(ouvertes))
        abandonnees = tuple(e for e in self.echeances if e.nature is Due.SEAO_FIN)
        return Effets(
            ouvertes=(*ouvertes, _de_la_fin(self.contrat_id, etape, normes)),
            abandonnees=abandonnees,
        )

    def _supplement(self, etape: Etape, normes: NormesSeao) -> Sequence[Echeance]:
        """L'échéance d'une hausse au-delà de la part permise, s'il y en a une."""
        initial = self.conclusion.montant.decimal
        ajoute = etape.montant.decimal - initial
        hausse = etape.montant > self.derniere.montant
        if not hausse or ajoute <= initial * normes.supplement_part:
            return ()
        due_le = jour_de_quebec(etape.le) + timedelta(days=normes.supplement_jours)
        return (Echeance(nature=Due.SEAO_SUPPLEMENT, objet_id=etape.id, due_le=due_le),)

    def _suivante(self, effets: Effets, **champs: Any) -> tuple["Publication", Effets]:
        closes = {*effets.remplies, *effets.abandonnees}
        restent = tuple(e for e in self.echeances if e not in closes)
        echeances = (*restent, *effets.ouvertes)
        return replace(self, version=self.version + 1, echeances=echeances, **champs), effets

    def _exiger_ouverte(self, *, corrige: bool = False) -> None:
        if self.finie and not corrige:
            raise Conflit("La fin de ce contrat est déjà publiée au SEAO.", regle="CI-18")
        if len(self.etapes) >= ETAPES_MAX:
            raise Conflit(f"Un contrat a au plus {ETAPES_MAX} étapes publiées.", regle="CI-18")

    def _exiger_ordre(self, etape: Etape) -> None:
        if etape.nature is not NatureEtape.CONCLUSION and self.conclusion.avis is None:
            raise Conflit("La conclusion du contrat se publie la première.", regle="CI-18")

    def _exiger_numero(self, annonce: Annonce) -> None:
        if self.numero not in (None, annonce.numero):
            raise Conflit(
                f"Chaque avis de ce contrat porte le numéro {self.numero}.", regle="CI-18"
            )


def _premieres(contrat_id: UUID, etape: Etape, normes: NormesSeao) -> tuple[Echeance, ...]:
    """Ce qu'ouvre l'étape qui rend la publication due : la conclusion, et la fin."""
    due_le = jour_de_quebec(etape.le) + timedelta(days=normes.conclusion_jours)
    conclusion = Echeance(nature=Due.SEAO_CONCLUSION, objet_id=contrat_id, due_le=due_le)
    return (conclusion, _de_la_fin(contrat_id, etape, normes))


def _de_la_fin(contrat_id: UUID, etape: Etape, normes: NormesSeao) -> Echeance:
    dernier_jour = etape.fin - timedelta(days=1)
    due_le = dernier_jour + timedelta(days=normes.fin_jours)
    return Echeance(nature=Due.SEAO_FIN, objet_id=contrat_id, due_le=due_le)


def _remplit(etape: Etape, echeance: Echeance) -> bool:
    """Vrai si l'avis de cette étape remplit cette échéance."""
    if etape.nature is NatureEtape.CONCLUSION:
        return echeance.nature is Due.SEAO_CONCLUSION
    return echeance.nature is Due.SEAO_SUPPLEMENT and echeance.objet_id == etape.id


def _exiger_date(annonce: Annonce, au_plus_tot: date, acte: Acte) -> None:
    if annonce.publie_le > jour_de_quebec(acte.le):
        raise Conflit("Un avis consigné ne peut être à venir.", regle="CI-18")
    if annonce.publie_le < au_plus_tot:
        raise Conflit("Un avis ne précède pas ce qu'il publie.", regle="CI-18")
