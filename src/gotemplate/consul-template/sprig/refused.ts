import type { GoFunctionDefinition } from "../../engine/definition.ts";
import { refused } from "../definition.ts";

const RANDOM = ["what it gives differs at each render, and so each render would be a reload", "Make it once: remora secret put, remora cert ensure"] as const;
const TIME = ["dates of sprig depend on the present and the place", 'Use timestamp, or keep the date in a key'] as const;
const RARE = ["it is not built", "Use replaceAll, regexReplaceAll, toLower and toTitle, or keep what comes out in a key"] as const;

/** Functions of sprig that say by their error why they are not here. */
export const SPRIG_REFUSED_FUNCTIONS: readonly GoFunctionDefinition[] = [
  ...["genPrivateKey", "genCA", "genCAWithKey", "genSelfSignedCert", "genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey", "buildCustomCert", "bcrypt", "htpasswd", "encryptAES", "decryptAES", "derivePassword", "randInt", "shuffle"].map((name) => refused(`sprig_${name}`, ...RANDOM)),
  ...["ago", "duration", "durationRound", "toDate", "mustToDate", "unixEpoch", "must_date_modify", "mustDateModify"].map((name) => refused(`sprig_${name}`, ...TIME)),
  ...["snakecase", "camelcase", "kebabcase", "swapcase", "abbrev", "abbrevboth", "semver", "semverCompare", "b32enc", "b32dec", "adler32sum", "urlParse", "urlJoin", "hello"].map((name) => refused(`sprig_${name}`, ...RARE)),
];
