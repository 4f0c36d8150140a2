import { join, resolve } from "node:path";
import { backends } from "../../backends/index.ts";
import { readSamples, sampleSecret } from "../../backends/samples.ts";
import { AppError } from "../../core/error.ts";
import { Secret } from "../../core/secret.ts";
import type { Opened, Opener } from "../../core/opener.ts";
import type { Mask } from "../../core/ports.ts";
import { didYouMean } from "../../core/suggest.ts";
import { checkRendered } from "../../engine/check-rendered.ts";
import { gather } from "../../engine/gather.ts";
import { Mirrors } from "../../engine/mirrors.ts";
import type { Plan } from "../../engine/plan.ts";
import { commandEnvironment } from "../../process/environment.ts";
import type { Invocation } from "../command.ts";
import type { Session } from "../session.ts";
import { stopSignals } from "../stop-signals.ts";

/** Renders units from a file of sample values, reaching nothing and writing no target, and runs their check commands. Answers what is wrong. */
export async function checkValues({ outside, positionals, flags, mask }: Invocation, session: Session): Promise<readonly AppError[]> {
  const { ports } = session;
  if (flags.online === true) throw new AppError("USAGE", "--online and --with-values contradict each other", { hint: "Samples stand in for every backend" });
  const plan = chosenUnits(session, positionals);
  const path = resolve(outside.cwd, String(flags["with-values"]));
  const { backend, timeout } = plan.configuration.settings;
  const { definitions } = await readSamples(path, ports.files, { names: backends.map(({ name }) => name), defaultBackend: backend });
  using stop = stopSignals(outside);
  const openMirrors = (onChange: ConstructorParameters<typeof Mirrors>[0]["onChange"]) => new Mirrors({ definitions, options: {}, ports: { ...ports, env: outside.env }, onChange });
  const units = await gather({ plan, openMirrors, context: session, opener: sampleOpener(session.opener, mask), env: outside.env, timeout, wait: 0, signal: stop.signal });
  const problems = units.flatMap((unit) => (unit.kind === "failed" ? [unit.error] : []));
  if (flags["no-check-cmd"] === true) return problems;
  const directory = join(outside.env["TMPDIR"] || "/tmp", `remora-check-${ports.random.hex(6)}`);
  for (const unit of units) {
    const refused = unit.kind === "rendered" ? await checkRendered(unit, directory, { ports, commandEnv: commandEnvironment(outside.env) }, stop.signal) : undefined;
    if (refused !== undefined) problems.push(refused);
  }
  return problems;
}

/** The plan with the units that were named alone; all where none was. None of them waits for a service. */
function chosenUnits({ plan, broken }: Session, names: readonly string[]): Plan {
  const known = plan.units.map(({ unit }) => unit.name);
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined && broken.length === 0) throw new AppError("USAGE", `There is no unit "${wrong}"`, { hint: didYouMean(wrong, known) });
  const units = plan.units.filter(({ unit }) => names.length === 0 || names.includes(unit.name));
  return { ...plan, units: units.map((planned) => ({ ...planned, requires: undefined })) };
}

/** Opens samples of sealed values without a key, and all others as ever. */
function sampleOpener(opener: Opener, mask: Mask): Opener {
  return {
    opened(sealed): Opened | undefined {
      const sample = sampleSecret(sealed.entry.value);
      if (sample === undefined) return opener.opened(sealed);
      mask.add(sample);
      return { kind: "opened", secret: new Secret(sample) };
    },
    prepare: (sealed) => opener.prepare(sealed),
  };
}
