import { codeOf } from "../../thrown.ts";

/** Who or what is behind a connection that could not be made; decides what the user is advised. */
export type UnreachableCause =
  | "name"
  | "connection"
  /** Nobody here vouches for it. */
  | "certificate"
  /** Trusting its issuer would not help. */
  | "bad-certificate"
  | "client-certificate"
  | "protocol"
  | "proxy"
  /** The key could not be fetched, so nobody was asked; the message says what to do. */
  | "secret"
  /** The server was reached, and could not sign us in. */
  | "login"
  /** We kept the request back ourselves, under the limit of requests a minute. */
  | "request-limit";

/** A failed connection in plain words. */
export interface ConnectionFault {
  readonly reason: string;
  /** It stays so until somebody changes the set-up: asking again only costs time. */
  readonly permanent: boolean;
  readonly cause: UnreachableCause;
}

/** What an error of Node's means, with its code behind it for whoever looks it up. */
export function describeConnectionError(error: Error): ConnectionFault {
  const code = codeOf(error);
  const known = WORDS[code];
  if (known !== undefined) return connectionFault(known[1], code, known[0]);
  if (CLIENT_CERTIFICATE.test(code)) return clientCertificateFault(code);
  if (BAD_CERTIFICATE.test(code)) return connectionFault(error.message, code, "bad-certificate");
  if (/CERT|SIGNATURE|ALTNAME/.test(code))
    return connectionFault(error.message, code, "certificate");
  if (code.startsWith("EAI_"))
    return connectionFault("the host name could not be looked up", code, "name");
  if (/ALERT|EPROTO|ERR_SSL|ERR_TLS/.test(code)) {
    return connectionFault("the TLS handshake failed", code, "protocol");
  }
  if (code.startsWith("HPE_")) return describeParseError(error, code);
  return connectionFault(error.message, code, "connection");
}

export function clientCertificateFault(code = ""): ConnectionFault {
  return connectionFault("the server requires a client certificate", code, "client-certificate");
}

/** A TLS server tells a client without a certificate so, before it reads any request. */
export function demandsClientCertificate(error: Error): boolean {
  return CLIENT_CERTIFICATE.test(codeOf(error));
}

/** A TLS server answers plain HTTP with a TLS alert, and reads nothing. */
export function isTlsAlert(error: Error): boolean {
  const packet = "rawPacket" in error ? error.rawPacket : undefined;
  return packet instanceof Uint8Array && packet[0] === 0x15 && packet[1] === 0x03;
}

export const HTTPS_EXPECTED: ConnectionFault = {
  reason: "the port expects https, and http was used",
  permanent: true,
  cause: "protocol",
};

function describeParseError(error: Error, code: string): ConnectionFault {
  if (isTlsAlert(error)) return HTTPS_EXPECTED;
  return { reason: `${error.message} (${code})`, permanent: false, cause: "connection" };
}

function connectionFault(reason: string, code: string, cause: UnreachableCause): ConnectionFault {
  return {
    reason: code === "" ? reason : `${reason} (${code})`,
    permanent: cause !== "connection" && cause !== "name",
    cause,
  };
}

/** What OpenSSL's check of a chain says besides the codes below; a weak key is `UNSPECIFIED`. */
const BAD_CERTIFICATE =
  /^(?:UNSPECIFIED|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|[A-Z]+_(?:KEY_TOO_SMALL|MD_TOO_WEAK)|CERT_REJECTED|ERROR_IN_CERT_NOT_(?:BEFORE|AFTER)_FIELD|CERT_SIGNATURE_FAILURE)$/;

const CLIENT_CERTIFICATE = /ALERT_CERTIFICATE_REQUIRED|ALERT_NO_CERTIFICATE/;

const WORDS: Readonly<Record<string, readonly [UnreachableCause, string]>> = {
  ECONNREFUSED: ["connection", "connection refused"],
  ECONNRESET: ["connection", "connection reset"],
  ECONNABORTED: ["connection", "the connection was closed"],
  EPIPE: ["connection", "the connection was closed"],
  EHOSTUNREACH: ["connection", "no route to the host"],
  EHOSTDOWN: ["connection", "the host is down"],
  ENETUNREACH: ["connection", "the network cannot be reached"],
  ENETDOWN: ["connection", "the network is down"],
  EACCES: ["connection", "this machine does not allow the connection"],
  EPERM: ["connection", "this machine does not allow the connection"],
  EADDRNOTAVAIL: ["connection", "this machine has no address or port left for the connection"],
  EMFILE: ["connection", "this process has too many open files"],
  ETIMEDOUT: ["connection", "the connection timed out"],
  ENOTFOUND: ["name", "the host name is not known"],
  EAI_AGAIN: ["name", "the host name could not be looked up"],
  EAI_NODATA: ["name", "the host name has no address"],
  DEPTH_ZERO_SELF_SIGNED_CERT: ["certificate", "the certificate is self-signed"],
  SELF_SIGNED_CERT_IN_CHAIN: ["certificate", "the certificate chain has a self-signed certificate"],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ["certificate", "the certificate's issuer is not known"],
  UNABLE_TO_GET_ISSUER_CERT: ["certificate", "the certificate's issuer is not known"],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ["certificate", "the certificate's issuer is not known"],
  CERT_UNTRUSTED: ["certificate", "the certificate's issuer is not trusted"],
  CERT_HAS_EXPIRED: ["bad-certificate", "the certificate has expired"],
  CERT_NOT_YET_VALID: [
    "bad-certificate",
    "the certificate is not valid yet; is this machine's clock right?",
  ],
  CERT_REVOKED: ["bad-certificate", "the certificate was revoked"],
  ERR_TLS_CERT_ALTNAME_INVALID: ["bad-certificate", "the certificate is for another host"],
  ERR_SSL_WRONG_VERSION_NUMBER: ["protocol", "the port answers without TLS; it may expect http"],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ["protocol", "the port answers without TLS; it may expect http"],
  ERR_SSL_HTTP_REQUEST: ["protocol", "the port answers without TLS; it may expect http"],
  ERR_SSL_UNSUPPORTED_PROTOCOL: ["protocol", "the server's TLS version is too old"],
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: ["protocol", "the server does not accept this TLS version"],
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: ["protocol", "the server has no certificate for this host name"],
};
