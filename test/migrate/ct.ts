import { readdirSync, readFileSync } from "node:fs";
import { type TempDir, tempDir } from "../support/temp.ts";

// A configuration of consul-template's with eight templates, as somebody who runs it has it.

const CT = new URL("./ct/", import.meta.url);

/** The keys that its templates read. */
export const KEYS: Readonly<Record<string, string>> = {
  "/haproxy/stats": "/run/haproxy.sock\n",
  "/haproxy/backends/web/balance": "leastconn",
  "/nginx/settings": '{"workers": 4, "modules": ["ngx_<http>", "brotli"]}',
  "/sites/Shop": "shop.example.com, www.example.com",
  "/sites/blog": "blog.example.com",
  "/app/env/db/host": "10.0.0.9",
  "/app/env/name": 'sh"op & <co>',
  "/app/workers": "3",
};

/** What they become, and what stays. */
export const TRANSLATED = ["app.env.ctmpl", "crontab.ctmpl", "haproxy.cfg.ctmpl", "nginx.conf.ctmpl", "prometheus.yml.ctmpl", "upstreams.tpl"];
export const STAYS = ["app.json.ctmpl", "hosts.ctmpl"];
export const TARGETS = ["app.env", "app.json", "crontab", "haproxy.cfg", "hosts", "nginx.conf", "prometheus.yml", "upstreams.conf"];

/** It in "ct" of a directory, which $DIR stands for in its files. */
export async function configuration(): Promise<TempDir> {
  const dir = await tempDir();
  for (const folder of ["", "templates/"]) {
    for (const entry of readdirSync(new URL(folder, CT), { withFileTypes: true })) {
      if (entry.isFile()) await dir.write(`ct/${folder}${entry.name}`, readFileSync(new URL(folder + entry.name, CT), "utf8").replaceAll("$DIR", dir.path));
    }
  }
  return dir;
}
