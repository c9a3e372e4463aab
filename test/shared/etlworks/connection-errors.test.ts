import { describe, expect, it } from "vitest";
import { describeConnectionError } from "../../../shared/etlworks/connection-errors.ts";

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
