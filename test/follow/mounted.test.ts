import { rename, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { mountDir } from "../output/support.ts";
import { contentOf, following } from "./support.ts";

test("A mounted file is followed when it is written through its source", async () => {
  await using dir = await mountDir();
  const source = await dir.write("host/app.conf", "1");
  const path = await dir.write("etc/app.conf", "");
  await dir.mount("--bind", source, path);
  await using follow = await following([path], contentOf(path));
  for (const content of ["2", "3"]) {
    await writeFile(source, content);
    await follow.sees(content);
  }
});

test("A file in a mounted directory is followed when it is written and replaced through the source", async () => {
  await using dir = await mountDir();
  const source = await dir.write("host/app.conf", "1");
  const path = dir.join("etc/app.conf");
  await dir.write("etc/.keep", "");
  await dir.mount("--bind", dir.join("host"), dir.join("etc"));
  await using follow = await following([path], contentOf(path));
  for (const content of ["2", "3"]) {
    await rename(await dir.write("host/new", content), source);
    await follow.sees(content);
    await writeFile(source, `${content}+`);
    await follow.sees(`${content}+`);
  }
});

test("A mounted directory is followed with what is new in it", async () => {
  await using dir = await mountDir();
  await dir.write("host/a.toml", "1");
  await dir.write("etc/.keep", "");
  await dir.mount("--bind", dir.join("host"), dir.join("etc"));
  await using follow = await following([dir.join("etc")], contentOf(dir.join("etc/sub/b.toml")));
  for (const content of ["1", "2"]) {
    await dir.write("host/sub/b.toml", content);
    await follow.sees(content);
  }
});
