import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { request } from "node:https";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { freePort, stopProcess } from "../support/process.ts";
import { type Project, project, remora } from "../support/remora.ts";
import { requireProgram } from "../support/requires.ts";
import { makeAuthority } from "../support/tls.ts";
import { HOSTILE, renderServices, TEMPLATES } from "./rendering.ts";
import { answering, asked } from "./web.ts";

const RELOADS = 10;

/** The ready-made unit with all that is the machine's moved into a directory of the test's own. */
async function edge(): Promise<{ readonly app: Project; readonly http: number; readonly https: number; readonly nginx: string }> {
  const nginx = requireProgram("nginx");
  const [http, https] = [await freePort(), await freePort()];
  const folder = `${TEMPLATES}nginx-vhosts/`;
  const own = (text: string) => text.replace("worker_processes auto;", "worker_processes 1;\npid $DIR/nginx.pid;\nerror_log $DIR/error.log;").replace("http {", `http {\naccess_log off;\n${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path $DIR/${name};`).join("\n")}`);
  const templates = readdirSync(folder).filter((file) => file.endsWith(".njk")).map((file) => [`templates/${file}`, own(readFileSync(folder + file, "utf8"))]);
  const unit = readFileSync(`${folder}nginx-vhosts.toml`, "utf8").replaceAll("/etc/nginx", "$DIR/nginx").replaceAll("/run/nginx.pid", "$DIR/nginx.pid").replaceAll("nginx -t -q", `${nginx} -t -q -e $DIR/error.log`).replace("nginx -s reload", `${nginx} -s reload -e $DIR/error.log -c $DIR/nginx/nginx.conf`);
  const app = await project({ ...Object.fromEntries(templates), "templates/app.njk": "", "conf.d/app.toml": "", "conf.d/nginx-vhosts.toml": unit, "remora.toml": 'backend = "file"\nbackends.file.path = "data.yaml"\n', "data.yaml": `nginx: { listen: "127.0.0.1:${http}", listen_tls: "127.0.0.1:${https}" }\n` });
  return { app, http, https, nginx };
}

async function done(outcome: Promise<{ readonly code: number | null; readonly stderr: string }>): Promise<void> {
  const { code, stderr } = await outcome;
  assert.equal(code, 0, stderr);
}

/** "200 text" of a domain over TLS, trusted by an authority. */
function askedSecurely(port: number, domain: string, caFile: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, servername: domain, ca: readFileSync(caFile), headers: { host: domain }, agent: false, timeout: 5_000 }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => void (body += chunk)).on("end", () => resolve(`${response.statusCode} ${body}`));
    });
    sent.once("error", reject).once("timeout", () => sent.destroy(new Error("no answer")));
    sent.end();
  });
}

describe("templates/nginx-vhosts", () => {
  test("a domain has the instances of its service, from a registrar's keys as from Consul's catalog, and without one a server that is down", () => {
    const item = { name: "shop.example.com", key: "/vhosts/shop.example.com" };
    const services = { web: [{ id: "a", address: "10.0.0.5", port: 80 }, { id: "b", address: "2001:db8::1", port: 81 }, { id: "c", address: "10.0.0.6", port: 82, status: "critical" }] };
    const text = renderServices("nginx-vhosts/nginx-vhost.conf.njk", services, { "/vhosts/shop.example.com/service": "web" }, item);
    assert.match(text, /upstream shop\.example\.com \{\n {4}server 10\.0\.0\.5:80;\n {4}server \[2001:db8::1\]:81;\n\}/);
    assert.match(renderServices("nginx-vhosts/nginx-vhost.conf.njk", {}, { "/vhosts/shop.example.com/service": "web" }, item), /\{\n {4}server 127\.0\.0\.1:9 down;\n\}/);
  });

  test("is valid without any domain, and with hostile values, which are left out", async () => {
    const { app } = await edge();
    await using _app = app;
    await done(app.remora(["check", "--with-values", app.directory.join("data.yaml")]));
    const vhosts = Object.fromEntries(HOSTILE.flatMap((value, n) => [[`bad-${n}.example.com`, { service: value }], [`short-${n}.example.com`, value], [`${value.replaceAll(/[/\u0000-\u001f\u007f]/g, "").slice(0, 200)} bad`, { service: "web" }]]).filter(([name]) => name !== ""));
    const services = { web: Object.fromEntries([["good", "10.0.0.5:8080"], ...HOSTILE.map((value, n) => [`n${n}`, value])]) };
    await app.write("hostile.json", JSON.stringify({ ...(JSON.parse(JSON.stringify({ nginx: { listen: "unix:$DIR/socket" } })) as object), vhosts: { "good.example.com": "web", "*.example.org": { service: "web" }, ...vhosts }, services }));
    await done(app.remora(["check", "--with-values", app.directory.join("hostile.json")]));
    await done(app.remora(["render", "--file-path", app.directory.join("hostile.json")]));
    const all = readdirSync(app.directory.join("nginx/vhosts.d")).map((name) => readFileSync(app.directory.join("nginx/vhosts.d", name), "utf8")).join("");
    assert.match(all, /upstream good\.example\.com \{\n {4}server 10\.0\.0\.5:8080;\n/);
    assert.match(all, /upstream _\.example\.org \{[^]*server_name \*\.example\.org;[^]*proxy_pass http:\/\/_\.example\.org;/);
    assert.doesNotMatch(all, /^\s*[^#\s].*(evil|HOME)/m);
  });

  test("domains come and go without a failed request, over TLS with a sealed key that nobody else can read", async () => {
    const { app, http, https, nginx } = await edge();
    await using _app = app;
    await using authority = await makeAuthority();
    await using web = await answering("web");
    await using shop = await answering("shop");
    const pair = await authority.issue("shop.example.com", ["DNS:shop.example.com"]);
    const [certificate, key] = [readFileSync(pair.certFile, "utf8"), readFileSync(pair.keyFile, "utf8")];
    await app.write("web.pub", (await remora(["secret", "keygen", "--out", app.directory.join("web.key")])).stdout);
    const put = (name: string, value: string) => done(app.remora(["keys", "put", name], { input: value }));
    const render = () => app.remora(["render", "--keyring", app.directory.join("web.key")]);
    await put("/services/web/1", `127.0.0.1:${web.port}`);
    await put("/services/shop/1", `127.0.0.1:${shop.port}`);
    await put("/vhosts/web.example.com", "web");
    await put("/vhosts/shop.example.com/service", "shop");
    await done(render());

    const running = spawn(nginx, ["-e", app.directory.join("error.log"), "-c", app.directory.join("nginx/nginx.conf"), "-g", "daemon off;"], { stdio: "ignore" });
    try {
      await eventually(async () => assert.equal(await asked(http, "web.example.com"), "200 web"), { within: 20_000 });
      assert.deepEqual([await asked(http, "shop.example.com"), (await asked(http, "other.example.com")).slice(0, 3)], ["200 shop", "404"]);

      await put("/vhosts/shop.example.com/certificate", certificate);
      await done(app.remora(["secret", "put", "/vhosts/shop.example.com/private_key", "--to", app.directory.join("web.pub")], { input: key }));
      assert.doesNotMatch((await app.read("data.yaml")) ?? "", /PRIVATE KEY/, "it lies sealed");
      const { code, stdout, stderr } = await render();
      assert.equal(code, 0, stderr);
      assert.doesNotMatch(stdout + stderr, /PRIVATE KEY/);
      await eventually(async () => assert.equal(await askedSecurely(https, "shop.example.com", authority.caFile), "200 shop"), { within: 20_000 });
      assert.equal(statSync(app.directory.join("nginx/tls.d/shop.example.com.pem")).mode & 0o777, 0o600);
      // A worker that is on its way out may still take a connection.
      await eventually(async () => assert.match(await asked(http, "shop.example.com"), /^301/), { within: 20_000 });
      await assert.rejects(askedSecurely(https, "web.example.com", authority.caFile), /alert|handshake|EPROTO|ECONNRESET/, "a domain without a pair has no TLS");

      const other = await authority.issue("other");
      await put("/vhosts/shop.example.com/certificate", readFileSync(other.certFile, "utf8"));
      const refused = await render();
      assert.equal(refused.code, 5, refused.stderr);
      assert.match(refused.stderr, /key values mismatch/);
      assert.equal(readFileSync(app.directory.join("nginx/tls.d/shop.example.com.pem"), "utf8"), `${certificate.trim()}\n${key.trim()}\n`);
      await put("/vhosts/shop.example.com/certificate", certificate);

      const failed: string[] = [];
      let asking = true;
      const load = (async () => {
        for (; asking; await new Promise((resolve) => setTimeout(resolve, 5))) {
          const answer = await asked(http, "web.example.com").catch((error: Error) => error.message);
          if (answer !== "200 web") failed.push(answer);
        }
      })();
      for (let n = 0; n < RELOADS; n++) {
        if (n % 2 === 0) await put("/vhosts/new.example.com", "shop");
        else await done(app.remora(["keys", "delete", "/vhosts/new.example.com"]));
        await done(render());
        await eventually(async () => assert.equal((await asked(http, "new.example.com")).slice(0, 3), n % 2 === 0 ? "200" : "404"), { within: 20_000 });
      }
      asking = false;
      await load;
      assert.deepEqual(failed, []);
      assert.deepEqual(readdirSync(app.directory.join("nginx/vhosts.d")), ["shop.example.com.conf", "web.example.com.conf"]);
    } finally {
      await stopProcess(running);
    }
  });
});
