/** What to do about a failure of etcd, by what its message says. */
export function hintFor(message: string): string | undefined {
  return HINTS.find(([pattern]) => pattern.test(message))?.[1];
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/authentication failed|invalid auth token/, 'Check "username" and "password_file" of [backends.etcd]'],
  [/user name is empty/, 'This etcd wants a login: set "username" and "password_file" in [backends.etcd]'],
  [/ECONNREFUSED|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|Name resolution failed/, 'Check that etcd runs and that "endpoints" of [backends.etcd] names it'],
  [/certificate has expired|certificate is not yet valid/i, "Renew etcd's certificate, or set this machine's clock; Remora goes on by itself then"],
  [/unable to (verify|get)|self.signed/i, 'Set "ca_file" in [backends.etcd] to the authority that signed etcd\'s certificate'],
  [/altnames|does not match certificate/, 'Set "server_name" in [backends.etcd] to a name in etcd\'s certificate, or use that name as the endpoint'],
  [/alert.*(bad certificate|certificate required|unknown ca|handshake)/i, 'This etcd wants a client certificate that it trusts: set "cert_file" and "key_file" in [backends.etcd]'],
  [/wrong version number|packet length too long|before secure TLS/i, 'This etcd seems to speak no TLS: write "http://" in "endpoints" of [backends.etcd]'],
  [/without a word|Protocol error|reset/i, 'Check that the endpoint is etcd\'s client port, and whether it speaks TLS: "https://" or "http://"'],
  // A little too much is refused by etcd, much more by gRPC before etcd sees it.
  [/request is too large|larger than max/, "etcd takes requests of up to 1.5 MiB, unless it is started with another --max-request-bytes"],
];
