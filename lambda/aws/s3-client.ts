/** The part of the AWS SDK's S3 client that writes lists of files. */
export { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
