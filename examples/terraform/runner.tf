resource "aws_lambda_function" "runner" {
  function_name    = "${var.name}-runner"
  description      = "Starts the flow of one batch once and follows the run to its end."
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  handler          = "runner.handler"
  runtime          = "nodejs24.x"
  architectures    = ["arm64"]
  memory_size      = 512
  # For one request to Etlworks with everything that can go wrong; the waits lie between invocations.
  timeout     = 180
  role        = aws_iam_role.runner.arn
  kms_key_arn = var.kms_key_arn
  # A durable function is invoked by its alias; executions stay on the version they began with.
  publish = true

  durable_config {
    execution_timeout = var.longest_run_seconds
    retention_period  = var.execution_days
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.runner.name
  }

  environment {
    variables = {
      ETLWORKS_STACK           = var.name
      ETLWORKS_BASE_URL        = var.base_url
      ETLWORKS_SECRET_ID       = var.secret_arn
      ETLWORKS_LEDGER          = aws_dynamodb_table.ledger.name
      ETLWORKS_EVENT_BUS       = var.event_bus_name
      ETLWORKS_RUN_QUERY       = var.run_query
      ETLWORKS_REQUEST_HEADERS = var.request_headers
      ETLWORKS_ALLOW_HTTP      = tostring(var.allow_http)
      ETLWORKS_LOG_PARAMETERS  = tostring(var.log_parameters)
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

  depends_on = [aws_iam_role_policy.runner]
}

resource "aws_lambda_alias" "runner" {
  name             = "live"
  function_name    = aws_lambda_function.runner.function_name
  function_version = aws_lambda_function.runner.version
}

resource "aws_cloudwatch_log_group" "runner" {
  name              = "/aws/lambda/${var.name}-runner"
  retention_in_days = 30
  kms_key_id        = var.kms_key_arn
}

resource "aws_iam_role" "runner" {
  name                 = "${var.name}-runner"
  assume_role_policy   = data.aws_iam_policy_document.lambda.json
  permissions_boundary = var.permissions_boundary
}

resource "aws_iam_role_policy" "runner" {
  name   = "run"
  role   = aws_iam_role.runner.id
  policy = data.aws_iam_policy_document.runner.json
}

data "aws_iam_policy_document" "runner" {
  source_policy_documents = [data.aws_iam_policy_document.every_function.json]

  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.secret_arn]
  }

  statement {
    actions   = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem"]
    resources = [aws_dynamodb_table.ledger.arn]
  }

  statement {
    actions   = ["lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"]
    resources = ["${local.functions}-runner:*"]
  }

  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.runner.arn}:*"]
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

  dynamic "statement" {
    for_each = var.secret_key_arn == null ? [] : [var.secret_key_arn]

    content {
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
    }
  }
}
