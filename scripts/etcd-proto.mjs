import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const LOADS_FROM_DISK = /\(0, proto_loader_1\.loadSync\)\(`\$\{__dirname\}\/\.\.\/proto\/rpc\.proto`,/;

/** An esbuild plugin: etcd3 reads its .proto files from disk as it is imported; the bundle holds them parsed instead. */
export const embedEtcdProto = {
  name: "embed-etcd-proto",
  setup(build) {
    build.onLoad({ filter: /[\\/]etcd3[\\/]lib[\\/]connection-pool\.js$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      if (!LOADS_FROM_DISK.test(source)) {
        return { errors: [{ text: "etcd3 no longer loads rpc.proto the way scripts/etcd-proto.mjs expects: adapt LOADS_FROM_DISK" }] };
      }
      const parsed = JSON.stringify(parseProto(join(dirname(path), "../proto/rpc.proto"), path));
      return { contents: source.replace(LOADS_FROM_DISK, () => `(0, proto_loader_1.fromJSON)(JSON.parse(${JSON.stringify(parsed)}),`), loader: "js" };
    });
  },
};

function parseProto(file, importer) {
  // protobufjs is reached through those that depend on it, etcd3 and then proto-loader.
  const protoLoader = createRequire(importer).resolve("@grpc/proto-loader");
  const { Root } = createRequire(protoLoader)("protobufjs");
  const root = new Root();
  root.resolvePath = (_origin, target) => join(dirname(file), target.split("/").at(-1));
  return root.loadSync(file, { keepCase: true }).toJSON();
}
