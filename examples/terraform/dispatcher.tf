resource "aws_lambda_function" "dispatcher" {
  function_name    = "${var.name}-dispatcher"
  description      = "Turns events into runs, as the routes say."
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  handler          = "dispatcher.handler"
  runtime          = "nodejs24.x"
  architectures    = ["arm64"]
  memory_size      = 512
  timeout          = 60
  role             = aws_iam_role.dispatcher.arn
  publish          = true

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.dispatcher.name
  }

  environment {
    variables = {
      ETLWORKS_BASE_URL       = var.base_url
      ETLWORKS_RUNNER         = aws_lambda_alias.runner.arn
      ETLWORKS_ROUTES         = jsonencode(var.routes)
      ETLWORKS_PACE           = var.pace
      ETLWORKS_LOG_PARAMETERS = tostring(var.log_parameters)
    }
  }

  depends_on = [aws_iam_role_policy.dispatcher]
}

resource "aws_lambda_alias" "dispatcher" {
  name             = "live"
  function_name    = aws_lambda_function.dispatcher.function_name
  function_version = aws_lambda_function.dispatcher.version
}

resource "aws_lambda_event_source_mapping" "events" {
  event_source_arn        = aws_sqs_queue.events.arn
  function_name           = aws_lambda_alias.dispatcher.arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = 2
  }
}

# For events that reach the function without the queue: S3, SNS, EventBridge, Scheduler.
resource "aws_lambda_function_event_invoke_config" "dispatcher" {
  function_name          = aws_lambda_function.dispatcher.function_name
  qualifier              = aws_lambda_alias.dispatcher.name
  maximum_retry_attempts = 2

  destination_config {
    on_failure {
      destination = aws_sqs_queue.failed_invocations.arn
    }
  }
}

resource "aws_cloudwatch_log_group" "dispatcher" {
  name              = "/aws/lambda/${var.name}-dispatcher"
  retention_in_days = 30
}

resource "aws_iam_role" "dispatcher" {
  name               = "${var.name}-dispatcher"
  assume_role_policy = data.aws_iam_policy_document.lambda.json
}

resource "aws_iam_role_policy" "dispatcher" {
  name   = "dispatch"
  role   = aws_iam_role.dispatcher.id
  policy = data.aws_iam_policy_document.dispatcher.json
}

data "aws_iam_policy_document" "dispatcher" {
  statement {
    actions   = ["lambda:InvokeFunction"]
    resources = [aws_lambda_alias.runner.arn]
  }

  statement {
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.events.arn]
  }

  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.failed_invocations.arn]
  }

  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.dispatcher.arn}:*"]
  }
}
