import { describe, expect, it } from "vitest";
import {
  clientCertificateFault,
  demandsClientCertificate,
  describeConnectionError,
  isTlsAlert,
} from "../../../../shared/etlworks/http/connection-errors.ts";

const errorOf = (code: string, message = "OpenSSL's own words") =>
  Object.assign(new Error(message), { code });

describe("a connection that cannot be made", () => {
  it.each([
    ["ECONNREFUSED", "connection", false],
    ["ENOTFOUND", "name", false],
    ["EAI_AGAIN", "name", false],
    ["EAI_FAIL", "name", false],
    ["EAI_NONAME", "name", false],
    ["SELF_SIGNED_CERT_IN_CHAIN", "certificate", true],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "certificate", true],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "certificate", true],
    ["CERT_CHAIN_TOO_LONG", "certificate", true],
    ["CERT_HAS_EXPIRED", "bad-certificate", true],
    ["CERT_NOT_YET_VALID", "bad-certificate", true],
    ["CERT_REVOKED", "bad-certificate", true],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "bad-certificate", true],
    ["HOSTNAME_MISMATCH", "bad-certificate", true],
    ["INVALID_PURPOSE", "bad-certificate", true],
    ["INVALID_CA", "bad-certificate", true],
    ["PATH_LENGTH_EXCEEDED", "bad-certificate", true],
    ["EE_KEY_TOO_SMALL", "bad-certificate", true],
    ["CA_MD_TOO_WEAK", "bad-certificate", true],
    ["CERT_SIGNATURE_FAILURE", "bad-certificate", true],
    ["UNSPECIFIED", "bad-certificate", true],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "protocol", true],
    ["ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE", "protocol", true],
    ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "client-certificate", true],
    ["EWHATEVER", "connection", false],
  ])("%s is about the %s", (code, cause, permanent) => {
    const fault = describeConnectionError(errorOf(code));
    expect(fault).toMatchObject({ cause, permanent });
    expect(fault.reason).toContain(`(${code})`);
  });

  it("is never told in the words of OpenSSL's handshake", () => {
    const { reason } = describeConnectionError(
      errorOf("ERR_SSL_DH_KEY_TOO_SMALL", "C0A7:error:0A00018A:SSL routines:dh key too small"),
    );
    expect(reason).toBe("the TLS handshake failed (ERR_SSL_DH_KEY_TOO_SMALL)");
  });
});

describe("a connection that was made and answered in no HTTP", () => {
  const parseError = (...packet: readonly number[]) =>
    Object.assign(errorOf("HPE_INVALID_CONSTANT", "Parse Error: Expected HTTP/"), {
      rawPacket: Buffer.from(packet),
    });

  it("is one of TLS when it answered with an alert of TLS", () => {
    expect(describeConnectionError(parseError(0x15, 0x03, 0x01))).toEqual({
      reason: "the port expects https, and http was used",
      permanent: true,
      cause: "protocol",
    });
  });

  it.each([
    ["other bytes", parseError(0x15, 0x02)],
    ["bytes that only go on like an alert", parseError(0x16, 0x03)],
    ["nothing", parseError()],
    ["no bytes that were kept", errorOf("HPE_INVALID_CONSTANT", "Parse Error: Expected HTTP/")],
  ])("may pass when it answered with %s", (_what, error) => {
    expect(isTlsAlert(error)).toBe(false);
    expect(describeConnectionError(error)).toEqual({
      reason: "Parse Error: Expected HTTP/ (HPE_INVALID_CONSTANT)",
      permanent: false,
      cause: "connection",
    });
  });

  it("is told from an alert by what was kept of it, whatever form that has", () => {
    const error = (rawPacket: unknown) => Object.assign(new Error("odd"), { rawPacket });
    expect(isTlsAlert(error([0x15, 0x03]))).toBe(false);
    expect(isTlsAlert(error(new Uint8Array([0x15, 0x03])))).toBe(true);
  });
});

describe("an error", () => {
  it("of an alert that is no parse error is not one of https", () => {
    const error = Object.assign(errorOf("ECONNRESET"), { rawPacket: Buffer.from([0x15, 0x03]) });
    expect(describeConnectionError(error)).toEqual({
      reason: "connection reset (ECONNRESET)",
      permanent: false,
      cause: "connection",
    });
  });

  it.each([undefined, 5, { name: "CERT" }, null])(
    "with the code %j is told in its own words",
    code => {
      const error = Object.assign(new Error("something else"), { code });
      expect(describeConnectionError(error)).toEqual({
        reason: "something else",
        permanent: false,
        cause: "connection",
      });
      expect(demandsClientCertificate(error)).toBe(false);
    },
  );

  it("without a code is told in its own words", () => {
    expect(describeConnectionError(new Error("socket hang up")).reason).toBe("socket hang up");
  });

  it("of the look-up of a name says that it was one", () => {
    expect(describeConnectionError(errorOf("EAI_SYSTEM")).reason).toBe(
      "the host name could not be looked up (EAI_SYSTEM)",
    );
  });
});

describe("a server that wants a client certificate", () => {
  it.each([
    ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", true],
    ["ERR_SSL_SSLV3_ALERT_NO_CERTIFICATE", true],
    ["ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE", false],
    ["ECONNRESET", false],
  ])("says so with %s: %s", (code, demands) => {
    expect(demandsClientCertificate(errorOf(code))).toBe(demands);
  });

  it("is said to want one, with the code where there is one", () => {
    const reason = "the server requires a client certificate";
    const rest = { permanent: true, cause: "client-certificate" };
    expect(clientCertificateFault()).toEqual({ reason, ...rest });
    expect(clientCertificateFault("E1")).toEqual({ reason: `${reason} (E1)`, ...rest });
  });
});
