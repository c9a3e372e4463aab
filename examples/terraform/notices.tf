locals {
  # Whom alarms and messages reach: your topic, or one that is made for the e-mail address.
  told = var.alarm_topic_arn != null ? [var.alarm_topic_arn] : aws_sns_topic.notices[*].arn

  notices = length(local.notice_topics) == 0 || var.event_bus_name == "" ? {} : merge(
    {
      failures = {
        text    = "Sends a message in words when a run has failed."
        verdict = "fail"
      }
    },
    var.notify_success ? {
      successes = {
        text    = "Sends a message in words when a run has succeeded."
        verdict = "pass"
      }
    } : {},
  )

  # Known before anything is made, unlike the ARN of the topic.
  notice_topics = compact([var.alarm_topic_arn, var.alarm_email])

  notice_paths = {
    failures = {
      flow    = "$.detail.flowId"
      name    = "$.detail.flowName"
      outcome = "$.detail.outcome"
      message = "$.detail.message"
      route   = "$.detail.route"
      lane    = "$.detail.lane"
      audit   = "$.detail.auditId"
      events  = "$.detail.batch.count"
      bucket  = "$.detail.origin.bucket"
      key     = "$.detail.origin.key"
      link    = "$.detail.link"
    }
    successes = {
      flow    = "$.detail.flowId"
      name    = "$.detail.flowName"
      outcome = "$.detail.outcome"
      route   = "$.detail.route"
      audit   = "$.detail.auditId"
      events  = "$.detail.batch.count"
      bucket  = "$.detail.origin.bucket"
      key     = "$.detail.origin.key"
      link    = "$.detail.link"
    }
  }

  notice_texts = {
    failures  = <<-TEXT
        "An Etlworks run failed (stack ${var.name}, route <route>)."
        "Flow: <flow> <name>. Outcome: <outcome>. Audit id in Etlworks: <audit>."
        "Message: <message>"
        "Events in this run: <events>. The first one: <bucket> <key>"
        "Execution in the AWS console: <link>"
        "If the message says that the run may still be running, or the outcome is start-unknown, look in Etlworks first."
        "What to do: fix the cause, then run the events again. To see which: STACK=${var.name} examples/lambda/lanes.sh again --lane '<lane>' --outcomes <outcome> --dry-run"
        "Without --dry-run it runs them. If the lane is held, resume it: STACK=${var.name} examples/lambda/lanes.sh resume '<lane>'"
      TEXT
    successes = <<-TEXT
        "An Etlworks run succeeded (stack ${var.name}, route <route>)."
        "Flow: <flow> <name>. Outcome: <outcome>. Audit id in Etlworks: <audit>."
        "Events in this run: <events>. The first one: <bucket> <key>"
        "Execution in the AWS console: <link>"
      TEXT
  }
}

resource "aws_cloudwatch_event_rule" "finished" {
  for_each = local.notices

  name           = "${var.name}-${each.key}"
  description    = each.value.text
  event_bus_name = var.event_bus_name

  event_pattern = jsonencode({
    source        = ["etlworks.run-flow"]
    "detail-type" = ["Etlworks Run Finished"]
    # The execution, so that another stack on the same bus tells of its own runs only.
    resources = [
      { prefix = "${aws_lambda_function.runner.arn}:" },
      { prefix = "${aws_lambda_function.lane.arn}:" },
    ]
    detail = { verdict = [each.value.verdict] }
  })
}

resource "aws_cloudwatch_event_target" "finished" {
  for_each = local.notices

  rule           = aws_cloudwatch_event_rule.finished[each.key].name
  event_bus_name = var.event_bus_name
  arn            = local.told[0]

  input_transformer {
    input_paths    = local.notice_paths[each.key]
    input_template = local.notice_texts[each.key]
  }
}

resource "aws_sns_topic" "notices" {
  count = var.alarm_email != null && var.alarm_topic_arn == null ? 1 : 0

  name              = "${var.name}-notices"
  display_name      = "Etlworks runs"
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_policy" "notices" {
  count = length(aws_sns_topic.notices)

  arn    = aws_sns_topic.notices[0].arn
  policy = data.aws_iam_policy_document.notices[0].json
}

data "aws_iam_policy_document" "notices" {
  count = length(aws_sns_topic.notices)

  statement {
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.notices[0].arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com", "events.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_sns_topic_subscription" "reader" {
  count = var.alarm_email == null ? 0 : 1

  topic_arn = local.told[0]
  protocol  = "email"
  endpoint  = var.alarm_email
}
