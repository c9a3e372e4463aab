/**
 * A certificate for localhost that nobody trusts, and its key, for tests alone; both are public.
 * Made with `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500
 * -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1`.
 */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUf+6OLsJi9NlneFmW/bJoNshjK08wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzE5MDUyNloYDzIxMjYxMDMw
MTkwNTI2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATQCuCdK06Sk06CBkjA+lRVTJDFr17FBR0FqS39FzHBh1Kmpl+sgDX9
csfXQAalsNQieqIw/SEWcSVQ6Pki3T99o28wbTAdBgNVHQ4EFgQU1S+St5k0ZaWq
PcuGimJmlKf9h60wHwYDVR0jBBgwFoAU1S+St5k0ZaWqPcuGimJmlKf9h60wDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAKdQDUXb+uM2gNn0sHAhdq4Gr7jLmbrg+47z9iu5c8djAiEA
uuOKMdIseSXUxxLVw05jUPafOKLEPaog0IKPf2GYkNI=
-----END CERTIFICATE-----
`;

export const PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglDVMQI/k4P1WkHdP
XicpTFd+sMKmZPIngWTnbyfUXeehRANCAATQCuCdK06Sk06CBkjA+lRVTJDFr17F
BR0FqS39FzHBh1Kmpl+sgDX9csfXQAalsNQieqIw/SEWcSVQ6Pki3T99
-----END PRIVATE KEY-----
`;
