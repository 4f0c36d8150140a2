/** Functions of sprig that confd has too, by confd's names; for the arguments that both take they give the same. */
export const SPRIG: Readonly<Record<string, string>> = {
  b64enc: "base64Encode", b64dec: "base64Decode", sha256sum: "sha256sum", upper: "toUpper", lower: "toLower", repeat: "repeat", nospace: "nospace",
  indent: "indent", nindent: "nindent", quote: "quote", squote: "squote", list: "list", dict: "dict", default: "default", ternary: "ternary", coalesce: "coalesce", empty: "empty",
};
