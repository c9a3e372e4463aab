import { vi } from "vitest";

/** Makes the clients of the AWS SDK call a stand-in, once and not again after an error. */
export function stubAwsVariables(service: string, origin: string): void {
  vi.stubEnv(`AWS_ENDPOINT_URL_${service}`, origin);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "example");
  vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
}
