resource "aws_lambda_function" "lane" {
  function_name    = "${var.name}-lane"
  description      = "Empties one lane. It forms the batches and has them run one after the other."
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  handler          = "lane.handler"
  runtime          = "nodejs24.x"
  architectures    = ["arm64"]
  memory_size      = 512
  # For one step with everything that can go wrong; the waits lie between invocations.
  timeout     = 180
  role        = aws_iam_role.lane.arn
  kms_key_arn = var.kms_key_arn
  # A durable function is invoked by its alias; executions stay on the version they began with.
  publish = true

  durable_config {
    # The longest that AWS allows: a lane lives as long as events come, and hands over by itself.
    execution_timeout = 31622400
    retention_period  = var.execution_days
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.lane.name
  }

  environment {
    variables = {
      ETLWORKS_STACK  = var.name
      ETLWORKS_LEDGER = aws_dynamodb_table.ledger.name
      # Its own alias, for its successor. By its name, since a function cannot refer to itself.
      ETLWORKS_LANE   = "${local.functions}-lane:live"
      ETLWORKS_RUNNER = aws_lambda_alias.runner.arn
      # The runner's timeout: so long can an invocation be at work that AWS has given up.
      ETLWORKS_RUNNER_TIMEOUT = "180s"
      ETLWORKS_MANIFESTS      = var.manifests
      ETLWORKS_EVENT_BUS      = var.event_bus_name
      ETLWORKS_LOG_PARAMETERS = tostring(var.log_parameters)
    }
  }

  dynamic "vpc_config" {
    for_each = length(var.subnet_ids) == 0 ? [] : [var.subnet_ids]

    content {
      subnet_ids         = vpc_config.value
      security_group_ids = var.security_group_ids
    }
  }

  # Active executions are stopped first, which takes its time.
  timeouts {
    delete = "60m"
  }

  depends_on = [aws_iam_role_policy.lane]
}

resource "aws_lambda_alias" "lane" {
  name             = "live"
  function_name    = aws_lambda_function.lane.function_name
  function_version = aws_lambda_function.lane.version
}

resource "aws_cloudwatch_log_group" "lane" {
  name              = "/aws/lambda/${var.name}-lane"
  retention_in_days = 30
  kms_key_id        = var.kms_key_arn
}

resource "aws_iam_role" "lane" {
  name                 = "${var.name}-lane"
  assume_role_policy   = data.aws_iam_policy_document.lambda.json
  permissions_boundary = var.permissions_boundary
}

resource "aws_iam_role_policy" "lane" {
  name   = "lane"
  role   = aws_iam_role.lane.id
  policy = data.aws_iam_policy_document.lane.json
}

data "aws_iam_policy_document" "lane" {
  source_policy_documents = [data.aws_iam_policy_document.every_function.json]

  statement {
    actions = [
      "dynamodb:BatchGetItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:ConditionCheckItem",
      "dynamodb:DeleteItem",
      "dynamodb:GetItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
    ]
    resources = [aws_dynamodb_table.ledger.arn]
  }

  statement {
    actions   = ["lambda:InvokeFunction"]
    resources = [aws_lambda_alias.runner.arn, "${local.functions}-lane:live"]
  }

  statement {
    actions   = ["lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"]
    resources = ["${local.functions}-lane:*"]
  }

  statement {
    actions   = ["lambda:GetDurableExecution"]
    resources = ["${local.functions}-runner:*"]
  }

  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.lane.arn}:*"]
  }

  dynamic "statement" {
    for_each = var.manifests == "" ? [] : [trimprefix(var.manifests, "s3://")]

    content {
      actions   = ["s3:PutObject"]
      resources = ["arn:${local.partition}:s3:::${statement.value}/*"]
    }
  }

  dynamic "statement" {
    for_each = var.event_bus_name == "" ? [] : [local.event_bus]

    content {
      actions   = ["events:PutEvents"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "events:source"
        values   = ["etlworks.run-flow"]
      }
    }
  }
}
