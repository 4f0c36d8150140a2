/** What sun_path of unix(7) holds, without the zero byte at its end. */
export const LONGEST_SOCKET_PATH = 107;

/** Why a path cannot be a socket's; undefined when it can. Node cuts off what is too long without a word, and speaks to whoever listens there. */
export function socketPathProblem(path: string): string | undefined {
  const { length } = new TextEncoder().encode(path);
  return length > LONGEST_SOCKET_PATH ? `the path of a socket has at most ${LONGEST_SOCKET_PATH} bytes, and this one has ${length}` : undefined;
}
