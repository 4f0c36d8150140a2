# syntax=docker/dockerfile:1
ARG BASE=node:20-slim

FROM ${BASE} AS build
WORKDIR /remora
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build

# The bundle needs nothing but Node. To add Remora to another image with Node:
#   COPY --from=remora /usr/local/lib/remora /usr/local/lib/remora
FROM ${BASE}
COPY --from=build /remora/dist /usr/local/lib/remora
COPY templates /usr/share/remora/templates
RUN ln -s /usr/local/lib/remora/main.js /usr/local/bin/remora && mkdir -p /etc/remora/conf.d /etc/remora/templates /var/lib/remora
ENTRYPOINT ["remora"]
CMD ["run"]
