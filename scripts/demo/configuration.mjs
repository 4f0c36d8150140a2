import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../run.mjs";

/** Writes a whole configuration below the folder, from the ready-made templates; answers where things are. */
export function writeConfiguration({ folder, nginx, listen, web }) {
  const at = (...names) => join(folder, ...names);
  const files = {
    confdir: at("etc"),
    stateDir: at("state"),
    data: at("etc/data.yaml"),
    run: at("run"),
    nginx: at("etc-nginx/nginx.conf"),
    forwarder: at("etc-logstash-forwarder/logstash-forwarder.json"),
    reloads: at("reloads.log"),
    read: (file) => readFileSync(file, "utf8"),
    keys: () => readFileSync(at("etc/data.yaml"), "utf8"),
  };
  for (const name of ["etc/conf.d", "etc/templates", "run"]) mkdirSync(at(name), { recursive: true });

  writeFileSync(files.data, keys(listen, web));
  writeFileSync(at("etc/remora.toml"), `backend = "file"\n`);
  copyFileSync(join(ROOT, "templates/nginx/nginx.conf.njk"), at("etc/templates/nginx.conf.njk"));
  copyFileSync(join(ROOT, "templates/logstash-forwarder/logstash-forwarder.json.njk"), at("etc/templates/logstash-forwarder.json.njk"));
  writeFileSync(at("etc/templates/demo-nginx.conf.njk"), nginxTemplate(files));
  writeFileSync(at("etc/conf.d/nginx.toml"), nginxUnit(files, nginx));
  writeFileSync(at("etc/conf.d/logstash-forwarder.toml"), forwarderUnit(files));
  return files;
}

function keys(listen, web) {
  return `services:
  web:
    "1": ${web}
vhosts:
  127.0.0.1: web
nginx:
  listen: 127.0.0.1:${listen}
logstash:
  host: 10.0.0.7
`;
}

/** The ready-made template, with what an nginx needs that runs beside the system's own and not as root. */
function nginxTemplate({ run }) {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `    ${name}_temp_path ${run}/${name};`);
  return `{% extends "nginx.conf.njk" %}
{% block main %}
daemon off;
pid ${run}/nginx.pid;
error_log ${run}/error.log;
{% endblock %}
{% block http %}
    access_log off;
${temporary.join("\n")}
{% endblock %}
`;
}

function nginxUnit({ nginx: target, run, reloads }, program) {
  const told = `echo "reload: nginx ${program === undefined ? "would read" : "reads"} its new configuration" >> '${reloads}'`;
  const check = program === undefined ? "" : `check_cmd  = ["${program}", "-t", "-q", "-p", "${run}", "-c", "{{ src }}"]\n`;
  const reload = program === undefined ? told : `test ! -s '${run}/nginx.pid' || { '${program}' -p '${run}' -c '${target}' -s reload && ${told}; }`;
  return `[template]
src        = "demo-nginx.conf.njk"
dest       = "${target}"
mode       = "0644"
${check}reload_cmd = ${JSON.stringify(reload)}
`;
}

function forwarderUnit({ forwarder, reloads }) {
  const parse = 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"))';
  return `[template]
src        = "logstash-forwarder.json.njk"
dest       = "${forwarder}"
mode       = "0644"
# The forwarder cannot check its configuration: what can be checked is that it is JSON.
check_cmd  = ["${process.execPath}", "-e", ${JSON.stringify(parse)}, "{{ src }}"]
reload_cmd = ${JSON.stringify(`echo "reload: logstash-forwarder would be restarted" >> '${reloads}'`)}
`;
}
