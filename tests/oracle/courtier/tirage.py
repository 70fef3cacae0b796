"""Des actes tirés au sort : le plus souvent le suivant, parfois faussé ou déplacé."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import combinations
from random import Random
from typing import Any
from uuid import UUID

from tests.oracle.courtier.analyse import trouver
from tests.oracle.courtier.etat import Lu
from tests.oracle.courtier.faux import fausser
from tests.oracle.courtier.marche import QUEBEC, Dit, Part, Prise, Voulue, jour
from tests.oracle.courtier.marches import DEPART, PREMIERS_OUVRABLES, periodes
from tests.oracle.courtier.rivaux import tetes

Champs = dict[str, Any]
FAUTIFS = {"autorisation": 0.3}
"""La part des actes faussés, de ceux qu'on tire trop peu."""


@dataclass(slots=True)
class Tireur:
    """De quoi tirer l'acte suivant d'un dossier, selon où il en est."""

    hasard: Random
    lu: Lu
    le: datetime = DEPART
    numero: int = 1000
    refuse: frozenset[str] = field(default_factory=frozenset)
    """Ce qui vient de refuser l'acte d'avant."""
    conformite_exigeante: bool = True

    def suivant(self) -> Dit:
        self._avancer()
        hasard = self.hasard
        quoi = hasard.choice(list(CHAMPS)) if hasard.random() < 0.07 else self._naturel()
        champs = CHAMPS[quoi](self)
        dit = Dit(quoi, self.le, champs)
        return fausser(hasard, self.lu, dit) if hasard.random() < FAUTIFS.get(quoi, 0.13) else dit

    def neuf(self) -> UUID:
        self.numero += 1
        return UUID(int=self.numero)

    def _avancer(self) -> None:
        saut = self.hasard.random()
        heures = self.hasard.uniform(0.01, 4)
        if saut < 0.25:
            heures = self.hasard.uniform(20, 60)
        elif saut < 0.29:
            heures = self.hasard.uniform(200, 700)
        self.le += timedelta(seconds=round(heures * 3600))
        if self.lu.tous("preparation") and not self.lu.signe and self.hasard.random() < 0.2:
            self._au_prochain_prix()

    def _au_prochain_prix(self) -> None:
        """Le premier jour ouvrable d'après : les prix y changent, s'ils changent."""
        for premier in PREMIERS_OUVRABLES:
            if premier > jour(self.le):
                self.le = datetime.combine(premier, time(9, self.hasard.randrange(60)), QUEBEC)
                self.le = self.le.astimezone(UTC)
                return

    def _naturel(self) -> str:
        """L'acte que l'état attend, ou celui qui répare le refus d'avant."""
        lu, hasard = self.lu, self.hasard
        if "CI-15" in self.refuse and lu.etape == 5 and hasard.random() < 0.5:
            return "preparation" if hasard.random() < 0.4 else "retour"
        if "CI-13" in self.refuse and hasard.random() < 0.6:
            return "efvp" if lu.personnels or hasard.random() < 0.3 else "retour"
        if self.refuse & {"CI-14", "CI-16"} and hasard.random() < 0.4:
            return hasard.choice(["retour", "budget", "confirmation", "admissibilite", "scenario"])
        if hasard.random() < 0.015:
            return hasard.choice(["retour", "cloture"])
        prepare = any(dit.quoi == "preparation" for dit in lu.actes)
        if prepare and not lu.tient("preparation") and hasard.random() < 0.1:
            return "validation"
        return self._au_debut() or self._avant_la_rencontre() or self._au_demarrage()

    def _au_debut(self) -> str | None:
        lu, hasard = self.lu, self.hasard
        for quoi in ("besoins", "consultation"):
            if not lu.tous(quoi):
                return quoi
        jugees = {d["offre"] for d in lu.tous("conformite")}
        if set(lu.retenues) - jugees and not lu.tous("scenario") and hasard.random() < 0.93:
            if len(lu.tous("precision")) > len(lu.tous("reponse")) and hasard.random() < 0.5:
                return "reponse"
            return hasard.choice(["precision", "precision", "banc", *["conformite"] * 20])
        rival = self._a_chiffrer() and lu.etape < 5 and hasard.random() < 0.9
        assez = len(lu.tous("scenario")) >= 2 + lu.marche.rcti or lu.etape == 5
        if rival or (not assez and (not lu.tous("choix") or hasard.random() < 0.2)):
            return "scenario"
        if lu.personnels and not lu.tous("efvp") and hasard.random() < 0.5:
            return "efvp"
        return None if lu.tous("choix") else "choix"

    def _a_chiffrer(self) -> list[UUID]:
        """Les offres conformes dont nul scénario n'est fait d'elles seules."""
        seules = {v[0].offre for _, v in self.lu.scenarios.values() if len(v) == 1}
        return [o for o in self.lu.retenues if o not in seules and self.lu.offre_conforme(o)]

    def _avant_la_rencontre(self) -> str | None:
        lu, hasard = self.lu, self.hasard
        cher = lu.choisi not in lu.plus_bas and (lu.marche.rcti or hasard.random() < 0.3)
        cher = cher and not lu.tous("autorisation") and not lu.tous("rencontre")
        if cher and lu.etape < 5 and hasard.random() < 0.55:
            return "autorisation" if hasard.random() < 0.75 else "choix"
        for quoi in ("contact", "informations"):
            if not lu.tous(quoi):
                return quoi
        if cher and hasard.random() < 0.9:
            return "autorisation"
        sans = lu.personnels and not lu.tous("efvp")
        return "efvp" if sans and hasard.random() < 0.8 else None

    def _au_demarrage(self) -> str:
        lu = self.lu
        for quoi in ("rencontre", "budget", "confirmation", "admissibilite", "preparation"):
            if not lu.tous(quoi):
                return quoi
        if not lu.apres("validation", "preparation"):
            return "validation"
        return self.hasard.choice([*["conclusion"] * 5, "refus"]) if lu.signe else "signature"

    def besoins(self) -> Champs:
        duree = self.hasard.choice([1, 6, 12, 24, 36, 36])
        autres = [("chiffrement", "securite"), ("tableur", "fonction")]
        return {
            "exigences": [
                ("boite", "fonction"),
                *self.hasard.choice([[], autres[:1], autres[1:], autres]),
            ],
            "duree": duree,
            "periodes": periodes(self.hasard, duree),
            "rp": self.hasard.random() < 0.45,
            "sensibilite": self.hasard.choice(["A", "B"]),
            "budget": Decimal("50000.00"),
        }

    def efvp(self) -> Champs:
        examens = []
        refus = self.hasard.choice([0, 0.1, 0.35])
        for offre in self.lu.retenues or tuple(self.lu.marche.offres):
            for lieu, zone in self.lu.marche.offres[offre].etat(self.le).lieux.items():
                oui = self.hasard.random() >= refus
                dehors = self.lu.marche.dehors(offre, zone)
                adequate = (oui or self.hasard.random() < 0.3) if dehors else None
                examens.append((offre, lieu, oui, adequate))
        besoins, offres = self.lu.dernier("besoins"), self.lu.marche.offres
        depuis = [jour(offres[offre].etat(self.le).depuis) for offre, *_ in examens]
        au_plus_tot = max([*depuis, jour(besoins.le) if besoins else date.min])
        return {"date": max(au_plus_tot, self._jour()), "examens": tuple(examens)}

    def _jour(self) -> date:
        return jour(self.le) - timedelta(days=self.hasard.choice([0, 0, 0, 1, 5]))

    def consultation(self) -> Champs:
        offres = list(self.lu.marche.offres)
        criteres = self._criteres()
        trouvees = sorted(trouver(self.lu, criteres, self.le))
        prises = trouvees if self.hasard.random() < 0.9 and trouvees else offres
        combien = self.hasard.randint(min(2, len(prises)), len(prises))
        return {"criteres": criteres, "offres": tuple(self.hasard.sample(prises, combien))}

    def _criteres(self) -> Champs:
        hasard = self.hasard
        if hasard.random() < 0.6:
            return {}
        offre = self.lu.marche.offres[self._offre()]
        criteres = {
            "fournisseur": self.lu.marche.entente_de(offre.id).fournisseur,
            "qualifiee": hasard.random() < 0.9,
            "zone": hasard.choice(list(offre.etat(self.le).lieux.values())),
            "prix": Decimal(hasard.choice(["0.02", "1.00", "9.99", "10.00", "12.50", "12.50"])),
        }
        return {nom: criteres[nom] for nom in hasard.sample(list(criteres), hasard.randint(1, 2))}

    def _offre(self) -> UUID:
        return self.hasard.choice(self.lu.retenues or tuple(self.lu.marche.offres))

    def precision(self) -> Champs:
        return {"id": self.neuf(), "offre": self._offre(), "date": jour(self.le)}

    def reponse(self) -> Champs:
        questions = [d["id"] for d in self.lu.tous("precision")] or [UUID(int=9)]
        return {"question": self.hasard.choice(questions), "date": jour(self.le)}

    def banc(self) -> Champs:
        return {
            "id": self.neuf(), "offre": self._offre(), "debut": jour(self.le), "fin": jour(self.le),
            "rp": False, "frais": Decimal("0.00"), "engagement": False,
        }  # fmt: skip

    def conformite(self) -> Champs:
        besoins = self.lu.dernier("besoins")
        jugees = {d["offre"] for d in self.lu.tous("conformite")}
        restent = [o for o in self.lu.retenues if o not in jugees]
        offre = self.hasard.choice(restent) if restent else self._offre()
        deux = besoins is not None and ("tableur", "fonction") in besoins["exigences"]
        bonne = (0.7 if deux else 0.93) if self._se_vend(offre) else 0.1
        verdicts = []
        for code, _ in besoins["exigences"] if besoins else [("boite", "fonction")]:
            source, source_id = self._source(offre)
            verdicts.append((code, self.hasard.random() < bonne, source, source_id))
        return {"offre": offre, "verdicts": tuple(verdicts)}

    def _se_vend(self, offre: UUID) -> bool:
        dite, accord = self.lu.marche.offres[offre], self.lu.marche.entente_de(offre)
        etat = dite.etat(self.le)
        duree = self.lu.duree if self.lu.tous("besoins") else 36
        return etat.publiee and etat.qualifiee and etat.duree_minimale <= duree and (
            jour(self.le) < accord.fin and dite.tarif(jour(self.le)) is not None
        )  # fmt: skip

    def _source(self, offre: UUID) -> tuple[str, UUID | None]:
        sources: list[tuple[str, UUID | None]] = [("fiche", None)]
        questions = {d["id"] for d in self.lu.tous("precision") if d["offre"] == offre}
        sources += [("reponse", d["question"]) for d in self.lu.tous("reponse")
                    if d["question"] in questions]  # fmt: skip
        sources += [("banc", d["id"]) for d in self.lu.tous("banc") if d["offre"] == offre]
        return self.hasard.choice(sources)

    def voulue(self, offre: UUID) -> Voulue:
        hasard, dite = self.hasard, self.lu.marche.offres[offre]
        tarif = dite.tarif(jour(self.le))
        sert: Decimal | None = hasard.choice([Decimal(1), Decimal(1), Decimal("1.5")])
        publie = dite.etat(self.le).par_unite
        if publie is not None and hasard.random() < 0.9:
            sert = hasard.choice([None, publie])
        prises = [Prise("base", sert)]
        autres = tarif.parts[1:] if tarif else ()
        prises += [self._prise(part) for part in autres if hasard.random() < 0.5]
        lieux = list(dite.etat(self.le).lieux)
        muet = not self.lu.personnels and hasard.random() < 0.5
        return Voulue(offre, None if muet else hasard.choice(lieux), tuple(prises))

    def _prise(self, part: Part) -> Prise:
        duree = self.lu.duree if self.lu.tous("besoins") else 12
        if self.hasard.random() < 0.35:
            return Prise(part.code, Decimal(self.hasard.choice([1, 10])))
        if self.hasard.random() < 0.5:
            return Prise(part.code, quantites=self.hasard.choice([1, 5]))
        if part.periodicite == "unique":
            mois = self.hasard.randint(1, duree)
            return Prise(part.code, quantites=((mois, mois, 3),))
        return Prise(part.code, quantites=periodes(self.hasard, duree))

    def _offres(self, entente: UUID | None = None) -> tuple[Voulue, ...]:
        marche = self.lu.marche
        retenues = [o for o in self.lu.retenues or tuple(marche.offres)
                    if entente in (None, marche.offres[o].entente)]  # fmt: skip
        bonnes = [o for o in retenues if self.lu.offre_conforme(o)]
        choix = (
            bonnes if bonnes and self.hasard.random() < 0.95 else retenues or list(marche.offres)
        )
        a_deux = [p for p in combinations(retenues, 2) if self._se_completent(*p)]
        if a_deux and self.hasard.random() < 0.5:
            return tuple(self.voulue(o) for o in self.hasard.choice(a_deux))
        premiere = self.hasard.choice(choix)
        siennes = [o for o in choix if marche.offres[o].entente == marche.offres[premiere].entente]
        autres = [o for o in siennes if o != premiere and self.hasard.random() < 0.35]
        return tuple(self.voulue(o) for o in (premiere, *autres))

    def _se_completent(self, une: UUID, autre: UUID) -> bool:
        lu, offres = self.lu, self.lu.marche.offres
        seules = lu.offre_conforme(une) or lu.offre_conforme(autre)
        memes = offres[une].entente == offres[autre].entente
        return memes and not seules and lu.repondent([une, autre])

    def scenario(self) -> Champs:
        restent = self._a_chiffrer()
        seule = restent and self.hasard.random() < 0.8
        offres = (self.voulue(self.hasard.choice(restent)),) if seule else self._offres()
        entente = self.lu.marche.offres[offres[0].offre].entente
        return {"id": self.neuf(), "entente": entente, "offres": offres}

    def _scenario(self) -> UUID:
        connus = list(self.lu.scenarios) or [UUID(int=9)]
        bons = list(self.lu.comparables) or connus
        return self.hasard.choice(bons if self.hasard.random() < 0.95 else connus)

    def choix(self) -> Champs:
        bas = list(self.lu.plus_bas)
        id_ = self.hasard.choice(bas) if bas and self.hasard.random() < 0.5 else self._scenario()
        return self._motive("choix", {"scenario": id_})

    def _motive(self, quoi: str, champs: Champs) -> Champs:
        """L'acte, et d'habitude un motif pour chaque réserve qu'il trouverait."""
        lu, muet = self.lu, {**champs, "motifs": ()}
        vise = lu.tous("besoins") and champs.get("scenario", lu.choisi) in lu.scenarios
        if self.hasard.random() < 0.15 or not vise:
            return muet
        texte = self.hasard.choice(["M.", "M.", "Un autre motif."])
        return {**muet, "motifs": tuple(tetes(lu.avec(Dit(quoi, self.le, muet)))), "texte": texte}

    def autorisation(self) -> Champs:
        totaux = self.lu.comparables
        choisi = self.lu.choisi
        id_ = choisi if choisi and self.hasard.random() < 0.93 else self._scenario()
        ecart = totaux.get(id_, 0) - min(totaux.values(), default=0)
        plus = self.hasard.choice([0, 0, 1, 100_000, 100_000, -1])
        return {
            "scenario": id_, "date": self._jour(), "criteres": ("accessibilite",),
            "ecart": Decimal(max(ecart + plus, 0)) / 100,
            "par": self.hasard.choice(["dirigeant", "gestionnaire"]), "piece": True,
        }  # fmt: skip

    def _fournisseur(self) -> UUID:
        marche, choisi = self.lu.marche, self.lu.choisi
        entente = self.lu.scenarios[choisi][0] if choisi else self.hasard.choice([*marche.ententes])
        return marche.ententes[entente].fournisseur

    def contact(self) -> Champs:
        return {"fournisseur": self._fournisseur(), "a": self.le}

    def informations(self) -> Champs:
        return {"lues": True, "engagement": True}

    def rencontre(self) -> Champs:
        contact = self.lu.dernier("contact")
        return {"tenue": self.hasard.choice([self.le, contact["a"] if contact else self.le])}

    def budget(self) -> Champs:
        total = (self.lu.totaux.get(self.lu.choisi) if self.lu.choisi else None) or 1000
        plus = self.hasard.choice([0, 0, 1, 5_000_000, 5_000_000, 5_000_000, -1])
        return {"montant": Decimal(max(total + plus, 0)) / 100, "date": self._jour()}

    def confirmation(self) -> Champs:
        rien: Champs = {"duree": None, "periodes": None, "offres": None}
        sort = self.hasard.random()
        if sort < 0.65 or not self.lu.choisi:
            return self._motive("confirmation", rien)
        if sort < 0.8:
            duree = self.hasard.choice([6, 12, 24, 36])
            rien |= {"duree": duree, "periodes": periodes(self.hasard, duree)}
        elif sort < 0.88:
            rien["periodes"] = periodes(self.hasard, self.lu.duree)
        else:
            rien["offres"] = self._offres(self.lu.scenarios[self.lu.choisi][0])
        return self._motive("confirmation", rien)

    def admissibilite(self) -> Champs:
        natures = self.hasard.choice(
            [["attestation"], ["attestation"], ["attestation", "rena"], ["rena"]]
        )
        verifications = tuple(
            (
                nature,
                self._jour(),
                jour(self.le) + timedelta(days=self.hasard.choice([0, 3, *[90] * 6])),
            )
            for nature in natures
        )
        return {"fournisseur": self._fournisseur(), "verifications": verifications}

    def preparation(self) -> Champs:
        return {"debut": jour(self.le) + timedelta(days=self.hasard.randint(1, 60))}

    def validation(self) -> Champs:
        return {}

    def signature(self) -> Champs:
        return {"conformes": True, "engagement": True, "mandat": True}

    def conclusion(self) -> Champs:
        signature = self.lu.dernier("signature")
        quand = [self.le, signature.le if signature else self.le]
        return {"conformes": True, "signe_le": self.hasard.choice(quand)}

    def refus(self) -> Champs:
        return {}

    def retour(self) -> Champs:
        return {"etape": self.hasard.choice([4, 4, 4, 4, 3, 2, 1, 5])}

    def cloture(self) -> Champs:
        return {"issue": self.hasard.choice(["sans_suite", "autre_vehicule"])}


CHAMPS: Mapping[str, Callable[[Tireur], Champs]] = {
    nom: getattr(Tireur, nom)
    for nom in (
        "besoins", "efvp", "consultation", "precision", "reponse", "banc", "conformite",
        "scenario", "choix", "autorisation", "contact", "informations", "rencontre", "budget",
        "confirmation", "admissibilite", "preparation", "validation", "signature", "conclusion",
        "refus", "retour", "cloture",
    )
}  # fmt: skip
"""De quoi tirer ce que dit chaque acte."""
