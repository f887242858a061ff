# syntax=docker/dockerfile:1.7
# One image for pages, live events, worker and clock: they differ by their command only.
# docker-compose.yml builds and starts it; docs/deploy.md says how, and what of this was tried where.

# The Python and the Debian that every test runs on.
FROM python:3.11-slim-bookworm AS base
# Numba keeps what it compiled under the processor's name, and compiles again on any other. Compiled
# for none in particular, the engine is ready on every machine of this architecture.
ENV PATH=/opt/mall/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=storefront.config.settings \
    MALL_STATE=/var/lib/mall \
    NUMBA_CPU_NAME=generic
WORKDIR /srv/mall


FROM base AS build
RUN python -m venv /opt/mall
COPY .locks/runtime.txt .locks/
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --disable-pip-version-check --only-binary :all: --require-hashes -r .locks/runtime.txt
# The engine first: half a minute that a change of the pages does not cost again.
COPY logistics logistics
RUN NUMBA_CACHE_DIR=/opt/compiled python -m logistics.routing.ruin_recreate
COPY commerce commerce
COPY drivethrough drivethrough
COPY storefront storefront
COPY manage.py pyproject.toml README.md ./
# For the `mall` command.
RUN pip install --disable-pip-version-check --no-deps --no-build-isolation --editable .
RUN python -m storefront.config.check_words
# Nobody is asked: the settings only want an address and a key.
RUN DATABASE_URL=postgresql://nobody@/nothing MALL_SECRET_KEY=only-to-build \
    python manage.py collectstatic --noinput --verbosity 0
RUN python -m compileall -q commerce drivethrough logistics storefront manage.py


# Cuts the province out of the country's map, for OSRM: docker compose --profile osrm.
FROM debian:bookworm-slim AS roads
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl osmium-tool \
    && rm -rf /var/lib/apt/lists/* \
    && install --directory --owner 10001 --group 10001 /data
WORKDIR /data
USER 10001:10001


FROM base AS mall
# A fresh volume takes its owner from the two folders.
RUN groupadd --gid 10001 mall \
    && useradd --uid 10001 --gid mall --no-create-home --home-dir /tmp --shell /usr/sbin/nologin mall \
    && install --directory --owner mall --group mall /var/lib/mall/media /var/lib/mall/beat
COPY --from=build /opt/mall /opt/mall
COPY --from=build /opt/compiled /opt/compiled
COPY --from=build /srv/mall /srv/mall
COPY --from=build /var/lib/mall/static /var/lib/mall/static
# Numba uses no folder that it cannot write to, not even to read: without one it does not start at
# all. So each container works on a copy in its own memory, and the root stays read-only. What fits
# no longer, e.g. on another architecture, is compiled there again: half a minute in the background.
ENV PYTHONDONTWRITEBYTECODE=1 \
    NUMBA_CACHE_DIR=/tmp/compiled
USER 10001:10001
EXPOSE 8000 8001
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-m", "storefront.config.alive", "web"]
ENTRYPOINT ["sh", "-c", "cp -rT /opt/compiled \"$NUMBA_CACHE_DIR\" && exec \"$@\"", "mall"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
    "--blocking-threads", "4", "--no-ws", "--log-level", "warning", \
    "storefront.config.wsgi:application"]
