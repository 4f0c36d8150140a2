import { redisAddress } from "../schema/redis-address.ts";
import { setting } from "../schema/setting.ts";
import { duration, name, path, text, yesOrNo } from "../schema/values.ts";

/** The table [backends.redis]. */
export const REDIS_SETTINGS = {
  "backends.redis.address": setting(redisAddress, { doc: "HOST:PORT, HOST:PORT/DATABASE, or the path of a Unix socket", default: "127.0.0.1:6379" }),
  "backends.redis.username": setting(name, { doc: "User to log in as, where it is not the default one" }),
  "backends.redis.password_file": setting(path, { doc: "File that holds the password" }),
  "backends.redis.password": setting(text, { doc: "The password itself; a file is safer", secret: true }),
  "backends.redis.tls": setting(yesOrNo, { doc: "Speak TLS; a ca_file or cert_file means it too", default: false }),
  "backends.redis.ca_file": setting(path, { doc: "Certificates to trust instead of the system's, PEM" }),
  "backends.redis.cert_file": setting(path, { doc: "Client certificate, PEM" }),
  "backends.redis.key_file": setting(path, { doc: "Key of the client certificate, PEM" }),
  "backends.redis.separator": setting(name, { doc: 'Stands for the slashes of a key: with ":", /db/host is db:host; with "/" it is /db/host as it is', default: "/" }),
  "backends.redis.interval": setting(duration, { doc: "How often everything is read again, 0 for never; without, every 30s where Redis does not tell all that changes" }),
} as const;
