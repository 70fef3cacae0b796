#!/bin/sh
# Écrit l'environnement que lit parcours.http : adresses, clé de l'ITSM et jetons d'un système gardé
# en marche par « make up ». Il contient des secrets : nul autre que nous ne le lit.
set -eu
umask 077
ici=$(cd "$(dirname "$0")" && pwd)
fichier=${1:-$ici/http-client.private.env.json}
cd "$ici/../.."

jeton() { make -s jeton "$@"; }
mcn=$(jeton ROLE=agent-csc,mesure,facturation SUJET=agent-1)
demandeur=$(jeton ROLE=demandeur ORGANISME=RAMQ SUJET=bernard)
signataire=$(jeton ROLE=signataire,gestionnaire ORGANISME=RAMQ SUJET=alice)

.venv/bin/python - "${SBG_BAC:-sortie/up}/acces.json" "$mcn" "$demandeur" "$signataire" \
    >"$fichier" <<'FIN'
import json, sys

chemin, mcn, demandeur, signataire = sys.argv[1:]
with open(chemin, encoding="utf-8") as fichier:
    acces = json.load(fichier)
jetons = {"mcn": mcn, "demandeur": demandeur, "signataire": signataire}
bac = {**acces["services"], "secret_itsm": acces["itsm"]["secret"], **jetons}
print(json.dumps({"bac": bac}, indent=2))
FIN
