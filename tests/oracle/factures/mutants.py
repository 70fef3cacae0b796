"""Les règles de la facturation, faussées une à une : l'oracle doit voir chacune."""

from typing import Final

from tests.oracle.mutants import Mutant

JOUER: Final = (
    "from tests.oracle.factures.epreuve import eprouver\nfor graine in range(150): eprouver(graine)"
)
"""Ce qu'un mutant a d'histoires pour se trahir."""

_SERVICE: Final = "services/facturation/src/facturation"
_CREANCES, _CALCUL, _GROUPES, _QUANTITES, _FAITS = (
    f"{_SERVICE}/creances/domaine/{nom}.py"
    for nom in ("creances", "calcul", "groupes", "quantites", "faits")
)
_FACTURES, _TAXES, _AJUSTEMENTS = (
    f"{_SERVICE}/factures/domaine/{nom}.py" for nom in ("factures", "taxes", "ajustements")
)
_TARIFS = f"{_SERVICE}/tarification/domaine/tarification.py"

MUTANTS: Final = (
    Mutant("FAC-1", "tout mois a trente jours", _QUANTITES,
           "Quantite(nombre, (jours, jours_du_mois), prorata)",
           "Quantite(nombre, (jours, 30), prorata)"),
    Mutant("FAC-1", "la quantité ne compte pas", _QUANTITES,
           "Quantite(nombre, (jours, jours_du_mois), prorata)",
           "Quantite(1, (jours, jours_du_mois), prorata)"),
    Mutant("FAC-1", "on arrondit vers le bas", _CREANCES,
           "return Montant.de(Fraction(numerateur, denominateur))",
           "return Montant.de(Fraction(numerateur * 100 // denominateur, 100))"),
    Mutant("FAC-1", "un prix qui change en cours de mois vaut le mois suivant", _TARIFS,
           "for jour in sorted(j for j in changements if debut < j < fin):",
           "for jour in sorted(j for j in changements if fin < j < debut):"),
    Mutant("FAC-1", "une seconde vie ne se paie pas", _GROUPES,
           "fait.role is Role.COMMENCE and (courante is None or courante.fin)",
           "fait.role is Role.COMMENCE and courante is None"),
    Mutant("FAC-1", "une fin redite plus tard remplace la première", _GROUPES,
           "return vie.fin is None or fait.jour < vie.fin.jour",
           "return True"),
    Mutant("FAC-2", "une perte n'est que récupérée", _CALCUL,
           "definition.tarif.mois_si_perte if fin.perd else 0",
           "0 if fin.perd else 0"),
    Mutant("FAC-2", "toute fin est une perte", _CALCUL,
           "definition.tarif.mois_si_perte if fin.perd else 0",
           "definition.tarif.mois_si_perte"),
    Mutant("FAC-2", "une perte se paie au prix de l'ouverture", _CALCUL,
           "definition = cours.en_vigueur(jour)",
           "definition = cours.en_vigueur(a.debut)"),
    Mutant("FAC-3", "la majoration s'oublie", _TARIFS,
           "Fraction(self.valeur) * (1 + Fraction(self.majoration))",
           "Fraction(self.valeur)"),
    Mutant("FAC-4", "le quart d'heure s'arrondit vers le bas", _QUANTITES,
           "-(-minutes // decompte.pas) * decompte.pas",
           "minutes // decompte.pas * decompte.pas"),
    Mutant("FAC-4", "un incident n'a pas de minimum", _QUANTITES,
           "if decompte.minimum is not None and facturees < decompte.minimum:",
           "if decompte.minimum is None and facturees < 0:"),
    Mutant("FAC-4", "un incident n'a pas de maximum", _QUANTITES,
           "if decompte.maximum is not None and facturees > decompte.maximum:",
           "if decompte.maximum is None and facturees < 0:"),
    Mutant("FAC-4", "un incident ouvert se facture", _GROUPES,
           "clos.dit(cloture) is True",
           "clos.dit(cloture) is not None"),
    Mutant("FAC-7", "ce qui est facturé se refacture", _FACTURES,
           "return _du(self.creance, self.part) - self.facturee.montant",
           "return _du(self.creance, self.part)"),
    Mutant("FAC-13", "une décision ne change rien au dû", _FACTURES,
           "imputer(self.ajustements, self._ajustees(calcul)) if self.ajustements else {}",
           "imputer((), self._ajustees(calcul)) if self.ajustements else {}"),
    Mutant("FAC-13", "un crédit passe ce qui est dû", _AJUSTEMENTS,
           "prise = min(restes[ligne], creance.montant + deja.montant)",
           "prise = restes[ligne]"),
    Mutant("FAC-13", "un crédit ne suit pas ce que son dû devient", _AJUSTEMENTS,
           "for est in (_est_la_meme, _est_devenue):",
           "for est in (_est_la_meme,):"),
    Mutant("FAC-13", "une ligne que son crédit absorbe ne se dit pas", _FACTURES,
           "if (_du(creance, part), part.montant) != (deja, porte):",
           "if _du(creance, part) != deja:"),
    Mutant("FAC-15", "la TVQ frappe aussi la TPS", _TAXES,
           "tvq=Montant.de(base.decimal * taxes.tvq),",
           "tvq=Montant.de(base.decimal * (1 + taxes.tps) * taxes.tvq),"),
    Mutant("FAC-15", "le profil d'aujourd'hui vaut pour le passé", _FACTURES,
           "self.client.taxable(jour)",
           "self.client.taxable(date.max)"),
    Mutant("FAC-14", "un lot de sources se perd", _FACTURES,
           "chain.from_iterable(projet.lignes for projet in projets)",
           "chain.from_iterable(projet.lignes for projet in projets[1:])"),
    Mutant("CAT-6", "un statu quo ne finit pas", _TARIFS,
           "return Version(version.numero, version.debut, siennes, version.fin)",
           "return Version(version.numero, version.debut, siennes)"),
    Mutant("CAT-6", "le statu quo de l'un vaut pour tous", _TARIFS,
           "if s.organisme == self.organisme:",
           "if s.organisme:"),
    Mutant("DEM-7", "ce qui vient d'ailleurs se rachète", _GROUPES,
           "definition.depuis <= fait.jour and not fait.reprend",
           "definition.depuis <= fait.jour"),
    Mutant("DEM-13", "une rectification ne change rien", _FAITS,
           "valent = rectifies(faits, chain.from_iterable(siennes.values()))",
           "valent = rectifies(faits, ())"),
    Mutant("DEM-13", "un acte annulé compte encore", _FAITS,
           "valent = rectifies(faits, chain.from_iterable(siennes.values()))",
           "valent = rectifies(faits, (r for s in siennes.values() for r in s if r.survenu_le))"),
)  # fmt: skip
