// Reads a file again and again until its input ends, then prints how often, and what it saw that was not one letter 100,000 times: tight-reader.ts FILE
import { readFileSync } from "node:fs";

const LENGTH = 100_000;
const [file = ""] = process.argv.slice(2);
const letters = new Set<string>();
const odd: string[] = [];
let reads = 0;
let stopped = false;

function readMany(): void {
  for (let count = 0; count < 20; count += 1) {
    try {
      const text = readFileSync(file, "utf8");
      const [letter = ""] = text;
      letters.add(letter);
      if (text !== letter.repeat(LENGTH)) odd.push(`${text.length} bytes`);
    } catch (error) {
      odd.push(String(error));
    }
    reads += 1;
  }
  if (stopped) process.stdout.write(`${JSON.stringify({ reads, letters: letters.size, odd: odd.slice(0, 5) })}\n`);
  else setImmediate(readMany);
}

process.stdin.on("end", () => (stopped = true)).resume();
process.stdout.write("reading\n");
readMany();
