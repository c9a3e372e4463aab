resource "aws_lambda_function" "dispatcher" {
  function_name    = "${var.name}-dispatcher"
  description      = "Writes each event that a route wants to the ledger and wakes its lane."
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  handler          = "dispatcher.handler"
  runtime          = "nodejs24.x"
  architectures    = ["arm64"]
  memory_size      = 512
  timeout          = 60
  role             = aws_iam_role.dispatcher.arn
  kms_key_arn      = var.kms_key_arn
  publish          = true

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.dispatcher.name
  }

  environment {
    variables = {
      ETLWORKS_STACK          = var.name
      ETLWORKS_BASE_URL       = var.base_url
      ETLWORKS_LEDGER         = aws_dynamodb_table.ledger.name
      ETLWORKS_LANE           = aws_lambda_alias.lane.arn
      ETLWORKS_RUNNER         = aws_lambda_alias.runner.arn
      ETLWORKS_MANIFESTS      = var.manifests
      ETLWORKS_ALLOW_HTTP     = tostring(var.allow_http)
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
    maximum_concurrency = 5
  }
}

# For events that are sent straight to the function: S3, SNS, EventBridge, Scheduler.
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

# The dispatcher looks after lanes whose execution has died, and writes how much waits.
resource "aws_cloudwatch_event_rule" "sweep" {
  name                = "${var.name}-sweep"
  description         = "Every 5 minutes the dispatcher looks for lanes that need a new execution."
  schedule_expression = "rate(5 minutes)"
}

resource "aws_cloudwatch_event_target" "sweep" {
  rule  = aws_cloudwatch_event_rule.sweep.name
  arn   = aws_lambda_alias.dispatcher.arn
  input = jsonencode({ sweep = true })

  # The next sweep does the same.
  retry_policy {
    maximum_event_age_in_seconds = 240
    maximum_retry_attempts       = 2
  }
}

resource "aws_cloudwatch_event_rule" "execution_ended" {
  name        = "${var.name}-execution-ended"
  description = "Tells the dispatcher at once that an execution of the lane or the runner has died."

  event_pattern = jsonencode({
    source        = ["aws.lambda"]
    "detail-type" = ["Durable Execution Status Change"]
    detail = {
      status = ["FAILED", "TIMED_OUT", "STOPPED"]
      functionArn = [
        { prefix = "${aws_lambda_function.lane.arn}:" },
        { prefix = "${aws_lambda_function.runner.arn}:" },
      ]
    }
  })
}

resource "aws_cloudwatch_event_target" "execution_ended" {
  rule = aws_cloudwatch_event_rule.execution_ended.name
  arn  = aws_lambda_alias.dispatcher.arn
}

resource "aws_lambda_permission" "from_rule" {
  for_each = {
    sweep           = aws_cloudwatch_event_rule.sweep.arn
    execution-ended = aws_cloudwatch_event_rule.execution_ended.arn
  }

  statement_id  = each.key
  function_name = aws_lambda_function.dispatcher.function_name
  qualifier     = aws_lambda_alias.dispatcher.name
  action        = "lambda:InvokeFunction"
  principal     = "events.amazonaws.com"
  source_arn    = each.value
}

resource "aws_cloudwatch_log_group" "dispatcher" {
  name              = "/aws/lambda/${var.name}-dispatcher"
  retention_in_days = 30
  kms_key_id        = var.kms_key_arn
}

resource "aws_iam_role" "dispatcher" {
  name                 = "${var.name}-dispatcher"
  assume_role_policy   = data.aws_iam_policy_document.lambda.json
  permissions_boundary = var.permissions_boundary
}

resource "aws_iam_role_policy" "dispatcher" {
  name   = "dispatch"
  role   = aws_iam_role.dispatcher.id
  policy = data.aws_iam_policy_document.dispatcher.json
}

data "aws_iam_policy_document" "dispatcher" {
  source_policy_documents = [data.aws_iam_policy_document.every_function.json]

  statement {
    actions = [
      "dynamodb:BatchGetItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:ConditionCheckItem",
      "dynamodb:DeleteItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:Scan",
      "dynamodb:UpdateItem",
    ]
    resources = [aws_dynamodb_table.ledger.arn]
  }

  statement {
    actions   = ["dynamodb:Query"]
    resources = ["${aws_dynamodb_table.ledger.arn}/index/lanes"]
  }

  # The lane for events, the runner for the check of the setup.
  statement {
    actions   = ["lambda:InvokeFunction"]
    resources = [aws_lambda_alias.lane.arn, aws_lambda_alias.runner.arn]
  }

  # Executions belong to a version. The ARN of an alias matches none of them.
  statement {
    actions   = ["lambda:GetDurableExecution"]
    resources = ["${local.functions}-lane:*", "${local.functions}-runner:*"]
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

  # For backfill.
  dynamic "statement" {
    for_each = length(var.buckets) == 0 ? [] : [var.buckets]

    content {
      actions   = ["s3:ListBucketVersions"]
      resources = [for bucket in statement.value : "arn:${local.partition}:s3:::${bucket}"]
    }
  }
}
