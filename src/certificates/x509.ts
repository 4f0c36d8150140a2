/**
 * The part of @peculiar/x509 that is used; a module of its own, so that it is loaded when a certificate is made and not before.
 *
 * Why this one: it signs with Web Crypto (P-256 as well as RSA) and so with keys of Node and Bun alike, writes the extensions itself, is kept
 * up and is what acme-client and selfsigned build upon. node-forge cannot sign with elliptic curves, pkijs leaves the ASN.1 of extensions to
 * its caller. It is heavy (0.7 MiB bundled, 0.1 s to load): what only looks at certificates uses node:crypto instead.
 */
import "reflect-metadata";

export {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
