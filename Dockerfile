# The digest holds the build to one image; the tag says which, and is the Node of package.json. Both change together.
FROM node:24.21.0-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS bundle
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY deploy/image ./deploy/image
COPY src ./src
# The service and its commands with what they need of 130 packages: 5 MB, and half of the processor time of a start.
RUN npm run bundle -- dist

FROM node:24.21.0-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6
# By default glibc keeps a store of freed memory for each thread that ever allocated, 15 MiB after busy hours, and gives
# less back the more was ever freed at once: 3 MiB.
ENV NODE_ENV=production DATA_DIR=/data NODE_COMPILE_CACHE=/app/compile-cache MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072
WORKDIR /app
RUN mkdir -m 700 /data && chown node:node /data
COPY --from=bundle /build/dist ./
# `docker exec … b24task outbox list`
RUN chmod 755 b24task.js && ln -s /app/b24task.js /usr/local/bin/b24task
RUN mkdir -m 700 compile-cache && chown node:node compile-cache
USER node
# Compiled once, while the image is built, in the place where it runs and by the user who runs it: all three are part of
# what Node keeps the compiled code under.
RUN ["node", "--max-semi-space-size=8", "--max-old-space-size=512", "--preserve-symlinks", "precompile.js"]
VOLUME /data
EXPOSE 3000
# Stuck is what a new start mends; a database that is away is not.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["b24task", "health"]
# Node takes the signal itself as process 1, and the service has no children to be waited for: no init is needed.
STOPSIGNAL SIGTERM
LABEL org.opencontainers.image.title="b24task" \
  org.opencontainers.image.description="Slack messages into the chats of Bitrix24 tasks, as their senders" \
  org.opencontainers.image.licenses="MIT"
# As `npm start`, without the look at Node's release, which is given here, and for half the memory: where containers
# run, memory is what there is least of. What that costs, up to a tenth of the messages a second, the bundle brings back.
# On a machine with much memory Node would keep up to 128 MiB for short-lived objects alone.
CMD ["node", "--max-semi-space-size=8", "--max-old-space-size=512", "--preserve-symlinks", "main.js"]
