terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # The first version that knows durable_config.
      version = ">= 6.25.0, < 7.0.0"
    }
  }
}
