const COLOURS = process.stdout.isTTY === true && !process.env.NO_COLOR;
const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

let steps = 0;

/** A numbered heading. */
export function step(title) {
  steps += 1;
  console.log(`\n${paint("bold", `${steps}. ${title}`)}`);
}

/** Lines below a heading. */
export function say(text) {
  console.log(indent(text));
}

/** A command as one would type it. */
export function command(line) {
  console.log(indent(paint("cyan", `$ ${line}`)));
}

/** What a program in the background printed. */
export function background(name, line) {
  console.log(indent(paint("dim", `${name} | ${line}`)));
}

/** The closing line. */
export function success(text) {
  console.log(`\n${paint("green", text)}`);
}

/** A unified diff of two texts. */
export async function diff(file, before, after) {
  // Loaded late: a fresh clone has no packages when the demo starts.
  const { createTwoFilesPatch } = await import("diff");
  const patch = createTwoFilesPatch(file, file, before, after, "before", "after", { context: 1 });
  const lines = patch.slice(patch.indexOf("---")).trimEnd().split("\n");
  say(lines.map(paintLine).join("\n"));
}

function paintLine(line) {
  if (line.startsWith("+")) return paint("green", line);
  if (line.startsWith("-")) return paint("red", line);
  return line.startsWith("@@") ? paint("yellow", line) : line;
}

function paint(colour, text) {
  return COLOURS ? `\x1b[${CODES[colour]}m${text}\x1b[0m` : text;
}

function indent(text) {
  return text.trimEnd().replace(/^(?=.)/gm, "   ");
}
