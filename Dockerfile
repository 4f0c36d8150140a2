# docker build -t remora .                    the sidecar, an image that runs by itself
# docker build -t remora --target file .      /remora and nothing else, for COPY --from=remora /remora /usr/local/bin/remora
#
# Both builders of Docker take it, the old one as well.
ARG BUILD_BASE=node:20.19.5-bookworm-slim
ARG BASE=debian:12.12-slim

FROM ${BUILD_BASE} AS build
# linux-x64, linux-arm64, linux-x64-musl or linux-arm64-musl: that of the images that take the file; without, of this machine with glibc.
ARG TARGET=
# Where no registry can be reached: a BUILD_BASE with /remora/node_modules and /remora/.cache/bun in it, and INSTALL=true.
ARG INSTALL="npm ci --no-audit --no-fund"
WORKDIR /remora
COPY package.json package-lock.json ./
RUN ${INSTALL}
COPY tsconfig.json ./
COPY scripts ./scripts
COPY templates ./templates
COPY src ./src
RUN node scripts/build-exe.mjs --target="${TARGET:-linux-$(node -p process.arch)}" && mv dist/remora* /usr/local/bin/remora

FROM scratch AS file
COPY --from=build /usr/local/bin/remora /remora

FROM ${BASE}
COPY --from=file /remora /remora
# 10001 is nobody else's number. Beside its state it writes the targets, in volumes that this user may write to; or --user 0.
RUN ln -s /remora /usr/local/bin/remora \
 && mkdir -p /etc/remora/conf.d /etc/remora/templates /var/lib/remora \
 && chown 10001:10001 /var/lib/remora
USER 10001:10001
# Ready is: every unit was applied, its last apply was good, and the app runs where there is one.
HEALTHCHECK --interval=10s --timeout=5s --start-period=1m --retries=3 CMD ["/remora", "status", "--ready"]
ENTRYPOINT ["/remora"]
CMD ["run"]
