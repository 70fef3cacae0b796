#!/usr/bin/env bash
# Démarre le système entier sous Docker; au premier départ, engendre d'abord ses secrets.
#
#   deploy/demarrer.sh            # ce que suit « docker compose up » : --detach, --scale keycloak=0…
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[[ -e .env ]] || deploy/secrets.sh
exec docker compose up --build "$@"
