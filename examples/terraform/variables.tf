variable "name" {
  type        = string
  description = "Beginning of the names of everything that is created."
  default     = "etlworks"
}

variable "package" {
  type        = string
  description = "Path of the zip of a release: dispatcher.mjs, in-place-launcher.mjs and runner.mjs at its top."
}

variable "base_url" {
  type        = string
  description = "Address of the Etlworks instance."
  default     = "https://app.etlworks.com/rest"
}

variable "secret_arn" {
  type        = string
  description = "ARN of the secret that holds the Etlworks API key, as plain text or as {\"apiKey\": \"...\"}."

  validation {
    condition     = can(regex("^arn:[^:]+:secretsmanager:.+$", var.secret_arn))
    error_message = "Set secret_arn to the ARN of a secret in Secrets Manager, not to its name and never to the key."
  }
}

variable "secret_key_arn" {
  type        = string
  description = "ARN of the secret's KMS key. Only when it is a key of your own."
  default     = null
}

variable "bucket" {
  type        = string
  description = "Name of the bucket whose new objects start flows. Its notifications to EventBridge must be on."
}

variable "routes" {
  type        = any
  description = "The routes, as in routes.json. Together with the other variables up to 4 KB."
}

variable "run_query" {
  type        = string
  description = "Extra query string for the start call."
  default     = ""
}

variable "pace" {
  type        = string
  description = "What one run takes the dispatcher at least. Two work side by side, so 2s means up to 60 runs a minute; the rest waits in the queue. Up to 5s; 0 for no limit."
  default     = "2s"
}

variable "log_parameters" {
  type        = bool
  description = "Whether parameter values may stand in the log. They can hold data."
  default     = false
}

variable "longest_run_seconds" {
  type        = number
  description = "After this long AWS ends an execution. Keep it longer than the longest timeout of the routes."
  default     = 1209600
}

variable "remembered_days" {
  type        = number
  description = "For how long after its end a run keeps a duplicate of its event from starting another one."
  default     = 14
}

variable "alarm_topic_arn" {
  type        = string
  description = "ARN of an SNS topic that is told of alarms."
  default     = null
}
