# The digest holds the build to one image; the tag says which, and is the Node of package.json. Both change together.
FROM node:24.21.0-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts
# Of 92 MB 25 are left: one table of one package is used, and nobody reads types and source maps here.
RUN find node_modules/emojibase-data -type f ! -path '*/en/shortcodes/iamcal.json' ! -name package.json -delete \
  && find node_modules -type f '(' -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' -o -name '*.map' ')' -delete \
  && find node_modules -type d -empty -delete

FROM node:24.21.0-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6
ENV NODE_ENV=production DATA_DIR=/data NODE_COMPILE_CACHE=/app/compile-cache
WORKDIR /app
RUN mkdir -m 700 /data && chown node:node /data
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY src ./src
# `docker exec … b24task outbox list`
RUN ln -s /app/src/admin/b24task.ts /usr/local/bin/b24task
RUN mkdir -m 700 compile-cache && chown node:node compile-cache
USER node
# Compiled once, while the image is built and by the user who runs it: a start then takes half of the processor time.
RUN ["node", "--max-semi-space-size=8", "--max-old-space-size=1024", "--preserve-symlinks", "src/service/precompile.ts"]
VOLUME /data
EXPOSE 3000
# Stuck is what a new start mends; a database that is away is not.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["node", "src/admin/health.ts"]
# Node takes the signal itself as process 1, and the service has no children to be waited for: no init is needed.
STOPSIGNAL SIGTERM
LABEL org.opencontainers.image.title="b24task" \
  org.opencontainers.image.description="Slack messages into the chats of Bitrix24 tasks, as their senders" \
  org.opencontainers.image.licenses="MIT"
# As `npm start`. On a machine with much memory Node would keep up to 128 MiB for short-lived objects, and let its heap grow
# to four times of what is in use. Without links among the modules none need be looked for: a tenth of the start.
CMD ["node", "--require=./src/check-node.cjs", "--max-semi-space-size=8", "--max-old-space-size=1024", "--preserve-symlinks", "src/main.ts"]
