# Une recette pour les cinq services : docker build --build-arg SERVICE=demandes -t sbg-demandes .
# Tout vient des verrous; les paquets du dépôt s'installent sans rien télécharger.
FROM python:3.13-slim AS construction
WORKDIR /sbg
RUN python -m venv .venv
COPY requirements/ requirements/
RUN for verrou in services construction; do \
        .venv/bin/pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: \
            --requirement requirements/$verrou.lock || exit 1; \
    done
COPY libs/ libs/
ARG SERVICE
COPY services/${SERVICE}/ services/${SERVICE}/
RUN .venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation \
        -e libs/noyau -e libs/pages -e libs/socle -e libs/contrats -e libs/calendrier -e services/${SERVICE}

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home sbg
COPY --from=construction /sbg /sbg
WORKDIR /sbg
USER sbg
ENV PATH=/sbg/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 SBG_HTTP__HOTE=0.0.0.0
# docker run sbg-demandes demandes api
ENTRYPOINT ["python", "-m"]
