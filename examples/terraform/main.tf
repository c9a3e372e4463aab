# The same as lambda/template.yaml:
# bucket → EventBridge → queue → dispatcher → ledger → lane → runner → Etlworks.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.id
  functions = "arn:${local.partition}:lambda:${local.region}:${local.account}:function:${var.name}"
  event_bus = "arn:${local.partition}:events:${local.region}:${local.account}:event-bus/${var.event_bus_name}"
}

data "aws_iam_policy_document" "lambda" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

# What each function needs besides its own work.
data "aws_iam_policy_document" "every_function" {
  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]

    content {
      actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
      resources = [statement.value]
    }
  }

  # Lambda itself makes the network interfaces, with the role of the function. These actions know no narrower resource.
  dynamic "statement" {
    for_each = length(var.subnet_ids) == 0 ? [] : ["*"]

    content {
      actions = [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:UnassignPrivateIpAddresses",
      ]
      resources = [statement.value]
    }
  }
}
