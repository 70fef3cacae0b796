#!/usr/bin/env bash
# Écrit .env, lu par docker compose : un secret neuf par rôle. Ne touche jamais un .env déjà là.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[[ ! -e .env ]] || { echo ".env existe déjà : retirez-le d'abord pour changer tous les secrets." >&2; exit 1; }

hasard() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }

umask 077
{
    for service in CATALOGUE DEMANDES FACTURATION SLA COURTIER; do
        for role in MIGRER API INTERNE; do
            echo "SBG_MDP_${service}_${role}=$(hasard)"
        done
        echo "SBG_MDP_BUS_${service}=$(hasard)"
    done
    for nom in POSTGRES GRAFANA BUS_ADMINISTRATEUR BUS_MIGRATION; do
        echo "SBG_MDP_${nom}=$(hasard)"
    done
    echo "SBG_ITSM_SECRETS=whsec_$(head -c 32 /dev/urandom | base64 -w 0)"
    echo "SBG_WEBHOOKS_CLES=premiere:$(head -c 32 /dev/urandom | base64 -w 0)"
} > .env.neuf
mv .env.neuf .env
echo ".env est écrit, lisible de vous seul. Il faut encore SBG_EMETTEUR et SBG_JWKS."
