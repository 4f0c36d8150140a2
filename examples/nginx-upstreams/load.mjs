// Asks for one domain again and again until a file is there, and says how many requests failed.
import { existsSync } from "node:fs";
import { request } from "node:http";

const [port, host, stop] = process.argv.slice(2);
let [all, failed] = [0, 0];
while (!existsSync(stop)) {
  all += 1;
  if ((await status()) !== 200) failed += 1;
}
console.log(`   ${all} requests, ${failed} failed`);

function status() {
  return new Promise((resolve) => {
    request({ host: "127.0.0.1", port, headers: { host }, agent: false }, (answer) => answer.resume().on("end", () => resolve(answer.statusCode))).on("error", () => resolve(0)).end();
  });
}
