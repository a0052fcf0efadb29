# The service alone: no practice bank, no demo, no tests, no tool of development, no npm, no root.
# A tag moves; pin the digest where you build: --build-arg BASE=docker.io/library/node:24-slim@sha256:…
ARG BASE=docker.io/library/node:24-slim

FROM ${BASE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# For a registry that asks who you are: --secret id=npmrc,src=$HOME/.npmrc; it stays in no layer.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci --omit=dev --ignore-scripts --no-audit

FROM ${BASE} AS app
WORKDIR /app
COPY package.json ./
COPY migrations migrations
COPY openapi openapi
COPY src src
# Files come with the modes of whoever built: of a clone by umask 077 the service could read nothing.
RUN chmod -R u=rwX,go=rX .

FROM ${BASE}
# What could install software, or become root, has nothing to do here; a new volume takes its owner from its folder.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
      /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-* \
    && find / -xdev -type f -perm /6000 -exec chmod a-s {} + \
    && mkdir -p /var/lib/token-broker/spool \
    && chown 1000:1000 /var/lib/token-broker/spool
# Where the listeners are is decided by what publishes the ports.
ENV NODE_ENV=production INTERNAL_HOST=0.0.0.0 PUBLIC_HOST=0.0.0.0
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=app /app ./
# A number, so that an orchestrator can tell that it is not root.
USER 1000:1000
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "src/healthcheck.ts"]
# The commands too: `docker run … src/migrate.ts`, `… src/rekey.ts`.
ENTRYPOINT ["node"]
CMD ["src/main.ts"]
