/** The variable of a key below its prefix, as in "db/host": DB_HOST. What is no letter or digit of ASCII is "_". */
export function variableName(path: string): string {
  return path.replace(/[^A-Za-z0-9]/gu, "_").toUpperCase();
}

/** Whether a variable makes the loader, a shell or a runtime run other code: a key alone must not do that. */
export function isRisky(name: string): boolean {
  return RISKY.test(name);
}

const RISKY = new RegExp(
  `^(${[
    // The loader and the C library.
    "LD_.*|GLIBC_TUNABLES|GCONV_PATH",
    // Shells, and where programs are looked for.
    "PATH|IFS|CDPATH|SHELLOPTS|BASHOPTS|BASH_.*",
    // Runtimes.
    "NODE_OPTIONS|NODE_PATH|BUN_.*|PYTHON(PATH|HOME|STARTUP|INSPECT)|PERL5(OPT|LIB|DB)|PERLLIB|RUBY(OPT|LIB)|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|CLASSPATH|DOTNET_STARTUP_HOOKS",
    // A Remora that the app may start.
    "REMORA_.*",
  ].join("|")})$`,
);
