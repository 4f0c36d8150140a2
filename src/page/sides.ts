import type { AppStatus, BackendStatus, CertificateStatus, RegistryStatus, StatusDocument } from "../core/status-document.ts";
import { type Child, element, part, told, words } from "./dom.ts";
import { redraw } from "./reconcile.ts";
import { age, moment, rest } from "./time.ts";
import type { Tone } from "./model.ts";

/** What is beside the units: backends, registries, certificates, the app. A part of which there is nothing is not there. */
export function showSides({ backends, registries, app, certificates, time }: StatusDocument): void {
  fill("backends", backends.length > 0, backends.map((backend) => known(backend, time)), (all) => all.map(drawBackend));
  fill("registries", registries.length > 0, registries, (all) => all.map(drawRegistry));
  fill("certificates", certificates.length > 0, certificates, (all) => all.map(drawCertificate));
  fill("app", app !== null, app, (one) => (one === null ? [] : [drawApp(one)]));
}

function fill<Shown>(id: string, isThere: boolean, shown: Shown, draw: (shown: Shown) => readonly Child[]): void {
  const section = part(id);
  section.hidden = !isThere;
  redraw(section.querySelector("div") as HTMLElement, shown, draw);
}

type KnownBackend = Omit<BackendStatus, "staleness_seconds"> & { readonly staleSince: string | null };

/** Says since when a copy is stale, which does not change with every second as its age does. */
function known({ staleness_seconds: stale, ...backend }: BackendStatus, time: string): KnownBackend {
  const since = stale === null || stale === 0 ? null : Math.round(Date.parse(time) / 1_000 - stale) * 1_000;
  return { ...backend, staleSince: since === null ? null : new Date(since).toISOString() };
}

const BACKEND_TONES: Readonly<Record<BackendStatus["state"], Tone>> = { connecting: "busy", live: "good", down: "bad" };

function drawBackend({ name, state, since, error, revision, staleSince, cached_at: cached, watches, reads, outages, keys }: KnownBackend): HTMLElement {
  return card(BACKEND_TONES[state], name, state, [words("for "), age(since)], [
    failing(error),
    staleSince === null ? null : element("p", { class: "odd" }, words(cached === null ? "Our copy is stale for " : "Our copy is of the cache, and stale for "), age(staleSince)),
    facts([
      ["revision", words(String(revision))],
      ["keys", words(String(keys))],
      ["reads", words(String(reads))],
      ["outages", words(String(outages))],
      ["follows", watches.length === 0 ? words("nothing") : element("span", { class: "list" }, ...watches.map((prefix) => told(prefix, { class: "key" })))],
    ]),
  ]);
}

function drawRegistry({ name, state, error, lease, registrations }: RegistryStatus): HTMLElement {
  const tones: Readonly<Record<RegistryStatus["registrations"][number]["state"], Tone>> = { registered: "good", pending: "busy", refused: "bad" };
  const items = registrations.map((each) =>
    element("li", { "data-tone": tones[each.state] }, element("span", { class: "state" }, words(each.state)), told(each.id, { class: "key" }), each.error === null ? null : element("p", { class: "message" }, told(each.error))),
  );
  const held = lease === null ? [] : [words(`${lease.kind} of ${lease.ttl_seconds}s`)];
  return card(state === "up" ? "good" : "bad", name, state, held, [
    failing(error),
    lease === null || lease.id === null ? null : facts([[lease.kind, told(lease.id, { class: "key" })]]),
    items.length === 0 ? element("p", { class: "muted" }, words("Nothing is registered")) : element("ul", { class: "registrations" }, ...items),
  ]);
}

const APP_TONES: Readonly<Record<AppStatus["state"], Tone>> = { waiting: "busy", running: "good", ended: "bad", "crash loop": "bad" };

function drawApp({ program, state, running, pid, started, starts, crashes, last_end, next_start }: AppStatus): HTMLElement {
  return card(APP_TONES[state], program, state, started === null || !running ? [] : [words("for "), age(started)], [
    facts([
      ["process", words(pid === null ? "none" : String(pid))],
      ["starts", words(String(starts))],
      ["crashes in a row", words(String(crashes))],
      ...(last_end === null ? [] : [["ended last by", told(last_end)] as const]),
      ...(next_start === null ? [] : [["starts again in", rest(next_start)] as const]),
    ]),
  ]);
}

const CERTIFICATE_TONES: Readonly<Record<CertificateStatus["state"], Tone>> = { pending: "busy", valid: "good", failing: "bad" };

function drawCertificate({ name, state, names, until, error }: CertificateStatus): HTMLElement {
  return card(CERTIFICATE_TONES[state], name, state, until === null ? [] : [words("until "), moment(until)], [failing(error), names.length === 0 ? null : facts([["for", told(names.join(", "))]])]);
}

function card(tone: Tone, name: string, state: string, beside: readonly Node[], below: readonly Child[]): HTMLElement {
  return element("article", { "data-tone": tone }, element("h3", {}, told(name, { class: "name" }), element("span", { class: "state" }, words(state)), element("small", {}, ...beside)), ...below);
}

function failing(error: { readonly code: string; readonly message: string; readonly hint: string | null } | null): Child {
  if (error === null) return null;
  return element("div", {}, element("p", { class: "message" }, told(error.message), words(" "), element("code", {}, words(error.code))), error.hint === null ? null : element("p", { class: "hint" }, told(error.hint)));
}

function facts(pairs: readonly (readonly [name: string, value: Node])[]): HTMLElement {
  return element("dl", { class: "pairs" }, ...pairs.map(([name, value]) => element("div", {}, element("dt", {}, words(name)), element("dd", {}, value))));
}
