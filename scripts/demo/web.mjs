import { createServer } from "node:http";

/** A small web server that always answers its name. */
export async function startWeb(name) {
  const server = createServer((_request, response) => response.end(name));
  const port = await listen(server);
  return {
    address: `127.0.0.1:${port}`,
    close: () => closed(server),
  };
}

/** A port that the kernel says is free. */
export async function freePort() {
  const server = createServer();
  const port = await listen(server);
  await closed(server);
  return port;
}

function listen(server) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server.address().port));
  });
}

function closed(server) {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}
