import { failure as failureOf, type GoSettings, rendered as renderedOf, rendering as renderingOf } from "../confd/support.ts";

const NAME = "main.ctmpl";

/** What a text renders to as the file "main.ctmpl". */
export function rendered(source: string, settings: GoSettings = {}): Promise<string> {
  return renderedOf(source, { ...settings, name: NAME });
}

export function rendering(source: string, settings: GoSettings = {}): ReturnType<typeof renderingOf> {
  return renderingOf(source, { ...settings, name: NAME });
}

/** What the error says of the template itself. */
export async function failure(source: string, settings: GoSettings = {}): Promise<{ readonly code: string; readonly message: string; readonly hint: string | undefined }> {
  const { code, message, hint } = await failureOf(source, { ...settings, name: NAME });
  return { code, hint, message: message.replace(/^.*error calling \w+: /s, "") };
}
