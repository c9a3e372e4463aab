/** The parts of the AWS SDK's S3 client that are used. */
export { ListObjectVersionsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
