/** The part of the AWS SDK's Secrets Manager client that is used; see lambda-client.ts. */
export { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
