/** What to do where a shell ended with that status because of a program that it was to run; undefined for all others. */
export function programHint(status: number | undefined): string | undefined {
  if (status === 127) return "A program was not found: is it installed where Remora runs, and is its directory on PATH?";
  return status === 126 ? "A program could not be executed: chmod +x, or ask whether it is made for this machine" : undefined;
}

/** Why a program could not be started: what was thrown, as the end of a sentence. */
export function startFailure(program: string, thrown: unknown): string {
  const { code, message } = thrown as { code?: string; message?: string };
  // A script whose first line names an interpreter that is not there fails in the same way.
  if (code === "ENOENT" && program.includes("/")) return `program "${program}", or the interpreter that it names, not found`;
  if (code === "ENOENT") return `program "${program}" not found`;
  if (code === "EACCES") return `program "${program}" is not executable`;
  return `program "${program}" cannot be started: ${message ?? String(thrown)}`;
}
