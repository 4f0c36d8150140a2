import { requireProgram } from "./requires.ts";
import { runProgram } from "./process.ts";
import { tempDir } from "./temp.ts";

/** Files of a certificate authority of the test's own, PEM. */
export interface Authority extends AsyncDisposable {
  readonly caFile: string;
  /** Issues a certificate for names and addresses, as in ["DNS:localhost", "IP:127.0.0.1"]; one for 0 days has expired. */
  issue(commonName: string, alternatives?: readonly string[], options?: { readonly days?: number }): Promise<{ readonly certFile: string; readonly keyFile: string }>;
}

/** Makes an authority; its files are gone afterwards. */
export async function makeAuthority(): Promise<Authority> {
  const directory = await tempDir();
  const openssl = async (...args: string[]) => {
    const { code, stderr } = await runProgram([requireProgram("openssl"), ...args]);
    if (code !== 0) throw new Error(`openssl ${args.join(" ")}: ${stderr}`);
  };
  const [caFile, caKey] = [directory.join("ca.pem"), directory.join("ca-key.pem")];
  await openssl("req", "-x509", ...NEW_KEY, "-keyout", caKey, "-out", caFile, "-days", "2", "-subj", "/CN=Remora Test CA");
  let issued = 0;
  return {
    caFile,
    async issue(commonName, alternatives = [], { days = 2 } = {}) {
      const name = `cert-${++issued}`;
      const [certFile, keyFile, request] = [directory.join(`${name}.pem`), directory.join(`${name}-key.pem`), directory.join(`${name}.csr`)];
      const extensions = await directory.write(`${name}.ext`, ["extendedKeyUsage=serverAuth,clientAuth", ...(alternatives.length > 0 ? [`subjectAltName=${alternatives.join(",")}`] : [])].join("\n"));
      await openssl("req", ...NEW_KEY, "-keyout", keyFile, "-out", request, "-subj", `/CN=${commonName}`);
      await openssl("x509", "-req", "-in", request, "-CA", caFile, "-CAkey", caKey, "-set_serial", String(issued), "-out", certFile, "-days", String(days), "-extfile", extensions);
      return { certFile, keyFile };
    },
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
