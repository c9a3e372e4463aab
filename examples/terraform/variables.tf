variable "name" {
  type        = string
  description = "First part of the names of everything that is created."
  default     = "etlworks"
}

variable "package" {
  type        = string
  description = "Path of the zip that package.sh makes: the functions of a release with your routes.json beside them."
}

variable "base_url" {
  type        = string
  description = "Address of your Etlworks instance."
  default     = "https://app.etlworks.com/rest"
}

variable "secret_arn" {
  type        = string
  description = "ARN of the secret that holds the Etlworks API key: the key alone, {\"apiKey\": \"...\"}, or {\"username\": \"...\", \"password\": \"...\"}. Copy the whole ARN, with the six random characters at its end."

  validation {
    condition     = can(regex("^arn:[^:]+:secretsmanager:[^:]+:\\d{12}:secret:.+-[A-Za-z0-9]{6}$", var.secret_arn))
    error_message = "Set secret_arn to the whole ARN of a secret, with the six random characters at its end. Copy it from the Secrets Manager console. Never put the key itself here."
  }
}

variable "secret_key_arn" {
  type        = string
  description = "ARN of the KMS key that encrypts the secret. Only if you encrypt the secret with a key of your own."
  default     = null
}

variable "run_query" {
  type        = string
  description = "Extra query string for the start request, such as the parameter for parallel runs."
  default     = ""
}

variable "request_headers" {
  type        = string
  description = "Extra headers for each request to Etlworks, one \"Name: value\" a line. For a gate in front of your own instance."
  default     = ""
  sensitive   = true
}

variable "allow_http" {
  type        = bool
  description = "Set to true if your own instance has no TLS. The key then crosses your network unencrypted."
  default     = false
}

variable "buckets" {
  type        = list(string)
  description = "Names of the buckets whose objects start flows. Switch on EventBridge for each (S3 console, Properties, Amazon EventBridge). Leave it empty if only other events start flows."
}

variable "detail_types" {
  type        = list(string)
  description = "Kinds of S3 events that your routes wait for, such as Object Created or Object Deleted."
  default     = ["Object Created"]
}

variable "manifests" {
  type        = string
  description = "Where the list of files of each batch is written, such as s3://bucket/folder. Needed only for routes that use {batch.manifest}. Do not choose a folder that a route watches."
  default     = ""

  validation {
    condition     = can(regex("^(s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^/\\s]+)*)?$", var.manifests))
    error_message = "Set manifests to an address like s3://bucket/folder, without a slash at the end."
  }
}

variable "alarm_email" {
  type        = string
  description = "E-mail address that gets a message when a run fails and when something is stuck. AWS first sends it a link; nobody is told anything until you click that link."
  default     = null
}

variable "alarm_topic_arn" {
  type        = string
  description = "ARN of an SNS topic of your own that gets the same messages. Its policy must allow events.amazonaws.com and cloudwatch.amazonaws.com to publish."
  default     = null
}

variable "notify_success" {
  type        = bool
  description = "Set to true to get a message for each run that succeeded, too."
  default     = false
}

variable "event_bus_name" {
  type        = string
  description = "Name of the event bus that gets an event when a run has finished. If you leave it empty there are no such events; a failed run then raises a plain alarm."
  default     = "default"
}

variable "longest_wait_seconds" {
  type        = number
  description = "An alarm is raised when an event has waited longer than this for its run. Make it longer than your longest run, since the events of a flow wait while the flow runs."
  default     = 14400

  validation {
    condition     = var.longest_wait_seconds >= 300 && var.longest_wait_seconds <= 604800
    error_message = "Set longest_wait_seconds to a number from 300 to 604800."
  }
}

variable "permissions_boundary" {
  type        = string
  description = "ARN of the policy that your organization demands as permissions boundary of each role."
  default     = null
}

variable "kms_key_arn" {
  type        = string
  description = "ARN of a KMS key of your own that encrypts the ledger, the queues, the logs, the topic and the variables. Its policy must let these services use it (examples/lambda/key-policy.json)."
  default     = null
}

variable "subnet_ids" {
  type        = list(string)
  description = "Subnets for the functions, if your instance is in a private network. They need a way to Etlworks, Secrets Manager, Lambda, DynamoDB, EventBridge and S3 (NAT or VPC endpoints)."
  default     = []
}

variable "security_group_ids" {
  type        = list(string)
  description = "Security groups for the functions. Needed with subnet_ids."
  default     = []

  validation {
    condition     = length(var.subnet_ids) == 0 || length(var.security_group_ids) > 0
    error_message = "subnet_ids is set, so set security_group_ids too."
  }
}

variable "log_parameters" {
  type        = bool
  description = "Set to true to write parameter values to the log. They can hold data."
  default     = false
}

variable "longest_run_seconds" {
  type        = number
  description = "AWS ends the execution of a run after this many seconds. Make it longer than the longest timeout of your routes (24 hours unless a route says otherwise)."
  default     = 1209600

  validation {
    condition     = var.longest_run_seconds >= 60 && var.longest_run_seconds <= 31622400
    error_message = "Set longest_run_seconds to a number from 60 to 31622400."
  }
}

variable "execution_days" {
  type        = number
  description = "How many days you can read a finished execution in the Lambda console."
  default     = 14

  validation {
    condition     = var.execution_days >= 1 && var.execution_days <= 90
    error_message = "Set execution_days to a number from 1 to 90."
  }
}
