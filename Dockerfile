# syntax=docker/dockerfile:1
ARG BUILD_BASE=node:20-slim
ARG BASE=debian:bookworm-slim

FROM ${BUILD_BASE} AS build
# linux-x64, linux-arm64, linux-x64-musl or linux-arm64-musl: that of the images that take the file.
ARG TARGET=linux-x64
WORKDIR /remora
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build:exe -- --target=${TARGET} && mv dist/remora* /usr/local/bin/remora

# The one file and nothing else, for other images:
#   COPY --from=remora /remora /usr/local/bin/remora
FROM scratch AS file
COPY --from=build /usr/local/bin/remora /remora

# The default: Remora as a container of its own, beside the app.
FROM ${BASE}
COPY --from=file /remora /usr/local/bin/remora
COPY templates /usr/share/remora/templates
RUN mkdir -p /etc/remora/conf.d /etc/remora/templates /var/lib/remora
ENTRYPOINT ["remora"]
CMD ["run"]
