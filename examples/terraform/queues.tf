resource "aws_cloudwatch_event_rule" "new_objects" {
  count = length(var.buckets) == 0 ? 0 : 1

  name        = "${var.name}-new-objects"
  description = "Puts events of the buckets into the queue."

  event_pattern = jsonencode({
    source        = ["aws.s3"]
    "detail-type" = var.detail_types
    detail        = { bucket = { name = var.buckets } }
  })
}

resource "aws_cloudwatch_event_target" "queue" {
  count = length(aws_cloudwatch_event_rule.new_objects)

  rule = aws_cloudwatch_event_rule.new_objects[0].name
  arn  = aws_sqs_queue.events.arn

  dead_letter_config {
    arn = aws_sqs_queue.dead_letters.arn
  }
}

resource "aws_sqs_queue" "events" {
  name                    = "${var.name}-events"
  sqs_managed_sse_enabled = var.kms_key_arn == null ? true : null
  kms_master_key_id       = var.kms_key_arn
  # 7 days. A message keeps its age when it is parked, so the dead letters keep longer.
  message_retention_seconds = 604800
  # Six times the dispatcher's timeout.
  visibility_timeout_seconds = 360

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.name}-dead-letters"
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
  kms_master_key_id         = var.kms_key_arn
  message_retention_seconds = 1209600

  lifecycle {
    prevent_destroy = true
  }
}

# Apart from the dead letters: what lies here did not come from the queue of events and cannot be redriven.
resource "aws_sqs_queue" "failed_invocations" {
  name                      = "${var.name}-failed-invocations"
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
  kms_master_key_id         = var.kms_key_arn
  message_retention_seconds = 1209600

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_sqs_queue_policy" "from_rule" {
  for_each = length(var.buckets) == 0 ? {} : {
    events       = aws_sqs_queue.events
    dead_letters = aws_sqs_queue.dead_letters
  }

  queue_url = each.value.id
  policy    = data.aws_iam_policy_document.from_rule[each.key].json
}

data "aws_iam_policy_document" "from_rule" {
  for_each = length(var.buckets) == 0 ? {} : {
    events       = aws_sqs_queue.events.arn
    dead_letters = aws_sqs_queue.dead_letters.arn
  }

  statement {
    actions   = ["sqs:SendMessage"]
    resources = [each.value]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudwatch_event_rule.new_objects[0].arn]
    }
  }
}
