resource "aws_lambda_function" "runner" {
  function_name    = "${var.name}-runner"
  description      = "Starts a flow once and follows it to its end."
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  handler          = "runner.handler"
  runtime          = "nodejs24.x"
  architectures    = ["arm64"]
  memory_size      = 512
  timeout          = 180
  role             = aws_iam_role.runner.arn
  # A durable function is invoked by alias; executions stay on the version they began with.
  publish = true

  durable_config {
    execution_timeout = var.longest_run_seconds
    retention_period  = var.remembered_days
  }

  dead_letter_config {
    target_arn = aws_sqs_queue.failed_invocations.arn
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.runner.name
  }

  environment {
    variables = {
      ETLWORKS_BASE_URL       = var.base_url
      ETLWORKS_SECRET_ID      = var.secret_arn
      ETLWORKS_RUN_QUERY      = var.run_query
      ETLWORKS_LOG_PARAMETERS = tostring(var.log_parameters)
    }
  }

  # Executions that are going are stopped first, which takes its time.
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
}

resource "aws_iam_role" "runner" {
  name               = "${var.name}-runner"
  assume_role_policy = data.aws_iam_policy_document.lambda.json
}

resource "aws_iam_role_policy" "runner" {
  name   = "run"
  role   = aws_iam_role.runner.id
  policy = data.aws_iam_policy_document.runner.json
}

data "aws_iam_policy_document" "runner" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.secret_arn]
  }

  statement {
    actions   = ["lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"]
    resources = ["arn:${local.partition}:lambda:${local.region}:${local.account}:function:${var.name}-runner:*"]
  }

  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.failed_invocations.arn]
  }

  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.runner.arn}:*"]
  }

  dynamic "statement" {
    for_each = var.secret_key_arn == null ? [] : [var.secret_key_arn]

    content {
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
    }
  }
}
