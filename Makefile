# SBG, le service bureautique gouvernemental. « make » imprime cette aide.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := aide
.DELETE_ON_ERROR:

PYTHON ?= python3
PY := .venv/bin/python
BUS ?= $(or $(SBG_MOTEUR_BUS),embarque)
TRAVAILLEURS ?= 2
TAILLE ?= 1
export SBG_MOTEUR_BUS := $(BUS)
# Sous LC_ALL=C, Python ne lit plus les chemins accentués de ses propres paquets, ni Java.
export LC_ALL := $(if $(filter Darwin,$(shell uname -s)),en_US.UTF-8,C.UTF-8)

.PHONY: aide preparer oracle demo up down horloge jeton test test-reel fautes bench bench-taille verifier format kafka \
	kafka-stop keycloak keycloak-stop deploiement observer securite exercices endurance capacite \
	verrous sbom schemas exemples cliche clients nettoyer

aide:
	@if [ -t 1 ]; then gras=$$(printf '\033[1m') bleu=$$(printf '\033[36m') fin=$$(printf '\033[0m'); fi; \
	awk -v gras="$${gras:-}" -v bleu="$${bleu:-}" -v fin="$${fin:-}" 'BEGIN {FS = ":.*## "} \
		/^##@ / {printf "\n%s%s%s\n", gras, substr($$0, 5), fin} \
		/^[a-z-]+:.*## / {printf "  %s%-12s%s %s\n", bleu, $$1, fin, $$2}' $(MAKEFILE_LIST)

preparer:
	@$(PYTHON) outils/preparer.py

##@ Voir le système vivre
demo: preparer ## joue un mois complet et vérifie ses résultats (BUS=kafka : sur un vrai Kafka)
	@$(PY) -m demo jouer --port "$(PORT)"

up: preparer ## garde le système en marche (PORT=21000, HORLOGE=2026-09-01T08:00), écrit ses accès
	@$(PY) -m demo servir --port "$(PORT)" --horloge "$(HORLOGE)"

down: preparer ## arrête ce que « make up » a démarré et efface ses accès
	@$(PY) -m demo arreter

horloge: preparer ## avance l'heure conduite : make horloge A=2026-10-01T09:00
	@$(PY) -m demo horloge "$(A)"

jeton: preparer ## imprime un jeton : make jeton ROLE=signataire,demandeur ORGANISME=MTQ SUJET=alice
	@$(PY) -m demo jeton "$(ROLE)" "$(ORGANISME)" "$(SUJET)"

##@ Éprouver
test: preparer ## tous les essais qui ne demandent aucun serveur, hors « securite » et « observer »
	@$(PY) -m pytest -n $(TRAVAILLEURS) --dist loadgroup --ignore=tests/securite --ignore=tests/observation -q $(ARGS)

test-reel: export SBG_MOTEUR_BUS := kafka
test-reel: preparer ## ce qui passe par le bus, et le bout en bout, sur un vrai Kafka
	@$(PY) -m pytest -m "bus or e2e or reel" -q $(ARGS)

fautes: preparer ## attaque le socle sur un vrai Kafka, rend sortie/fautes.json (LONG=1 : version longue)
	@$(PY) -m tests.fautes $(if $(LONG),--long) $(ARGS)

clients: preparer ## le contrat HTTP vu d'un intégrateur : Redocly, clients engendrés, axe (Node, réseau)
	@$(PY) -m tests.clients $(ARGS)

deploiement: preparer ## la charte Helm, les images, la composition, jugées du dehors (Go, réseau)
	@TRAVAILLEURS=$(TRAVAILLEURS) $(PY) -m tests.deploiement $(ARGS)

observer: preparer ## alertes, tableaux, traces, journaux de sécurité, devant les vrais outils; sortie/observation.json
	@$(PY) -m tests.observation $(ARGS)

securite: preparer ## qui peut voir quoi; chiffres dans sortie/securite.json (BUS=kafka : tout)
	@TRAVAILLEURS=$(TRAVAILLEURS) $(PY) -m tests.securite $(ARGS)

exercices: preparer ## restaurer, mettre à niveau, faire tourner les clés; sortie/exercices.json (BUS=kafka)
	@$(PY) -m tests.exercices $(ARGS)

oracle: preparer ## 250 000 histoires, de seconds lecteurs naïfs, des mutants; sortie/oracle.json (LONG=1 : plus)
	@$(PY) -m tests.oracle $(if $(LONG),--long) $(ARGS)

bench: preparer ## mesure le socle contre des références, rend sortie/bench.json (ARGS="--parties rest")
	@$(PY) -m bench $(ARGS)

endurance: preparer ## quinze minutes à trois fois la pointe : rien ne monte (ARGS="--minutes 2")
	@$(PY) -m bench.endurance --facteur 3 $(ARGS)

capacite: preparer ## ce qu'il faut de machines à une taille : ARGS="--facteurs 1,10,100 --taille f.toml"
	@$(PY) -m bench.capacite $(ARGS)

bench-taille: preparer ## les listes à la taille du MCN; 8 Go sous .cache/ (TAILLE=0.1 : le dixième)
	@$(PY) -m bench.taille --facteur $(TAILLE) $(ARGS)

verifier: preparer ## style, types, couches, lints maison, dépendances, licences, failles
	@$(PY) -m outils.verifier

format: preparer ## met en forme et corrige ce qui se corrige seul
	@.venv/bin/ruff check --fix --quiet || true
	@.venv/bin/ruff format

##@ Vrai Kafka, sans Docker
kafka: preparer ## démarre un Apache Kafka 4 à un nœud (Java 17 et Maven requis)
	@$(PY) -m outils.moteurs kafka

kafka-stop: preparer ## arrête ce Kafka et efface ses données
	@$(PY) -m outils.moteurs kafka-stop

##@ Vrai émetteur de jetons, sans Docker
keycloak: preparer ## démarre un Keycloak et son royaume d'essai (Java 17 et Maven requis)
	@$(PY) -m outils.moteurs keycloak

keycloak-stop: preparer ## arrête ce Keycloak et efface ses données
	@$(PY) -m outils.moteurs keycloak-stop

##@ Entretenir
verrous: preparer ## recalcule requirements/*.lock (ARGS=--a-jour : versions récentes)
	@$(PY) -m outils.verrous $(ARGS)

sbom: preparer ## écrit la nomenclature CycloneDX de la production sous sortie/
	@mkdir -p sortie
	@.venv/bin/cyclonedx-py requirements requirements/services.lock --output-reproducible \
		--output-file sortie/sbom.json
	@echo "sortie/sbom.json"

schemas: preparer ## régénère schémas, EVENEMENTS.md et AsyncAPI (ARGS=--verifier : sans écrire)
	@$(PY) -m outils.contrats $(ARGS)

exemples: preparer ## rejoue les exemples des contrats HTTP et garde ce que les services répondent
	@SBG_ECRIRE_EXEMPLES=1 $(PY) -m pytest tests/exemples -k imprime -q $(ARGS)

cliche: preparer ## à chaque publication : garde schémas et exemples d'événements, refuse de rétrécir
	@$(PY) -m outils.contrats --publier

nettoyer: ## efface ce qui se refait : environnement, caches, sorties
	@rm -rf .venv .cache sortie .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
