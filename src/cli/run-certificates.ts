import type { Reporters } from "../core/reports.ts";
import type { CertificateState } from "../core/status.ts";
import type { TaskGroup } from "../core/task-group.ts";
import type { Invocation } from "./command.ts";
import { accessKeys } from "./key-access.ts";
import type { Session } from "./session.ts";

export interface CertificatesOptions {
  readonly session: Session;
  readonly invocation: Invocation;
  readonly tasks: TaskGroup;
  /** Aborts when this configuration ends. */
  readonly leave: AbortSignal;
  /** Who is asked how the certificates stand. */
  readonly reporters: Reporters;
}

/** Makes and renews the certificates of the configuration beside the units: those that need one wait for its keys, as for any. */
export function keepCertificates({ session: { plan, ...session }, invocation: { outside }, tasks, leave, reporters }: CertificatesOptions): void {
  const { settings } = plan.configuration;
  const states = new Map<string, CertificateState | undefined>(settings.certificates.map(({ name }) => [name, undefined]));
  reporters.certificates = () => states;
  for (const certificate of settings.certificates) {
    const { name } = certificate;
    tasks.start(async () => {
      const [{ keepCertificate }, { ensureStored }] = [await import("../engine/keep-certificate.ts"), await import("./stored-certificates.ts")];
      const ensure = (signal: AbortSignal) => accessKeys({ ...session, settings }, { env: outside.env, signal }, (access) => ensureStored(certificate, access, outside));
      await keepCertificate({ name, ensure, ports: session.ports, onState: (state) => states.set(name, state) }, leave);
    });
  }
}
