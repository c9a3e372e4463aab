resource "aws_cloudwatch_metric_alarm" "run" {
  for_each = {
    failed    = { metric = "DurableExecutionFailed", text = "A run failed. Its outcome is the error of its execution." }
    timed-out = { metric = "DurableExecutionTimedOut", text = "AWS ended an execution after longest_run_seconds. Its flow may go on." }
  }

  alarm_name          = "${var.name}-run-${each.key}"
  alarm_description   = each.value.text
  namespace           = "AWS/Lambda"
  metric_name         = each.value.metric
  dimensions          = { FunctionName = aws_lambda_function.runner.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "parked" {
  for_each = {
    event = {
      queue = aws_sqs_queue.dead_letters.name
      text  = "An event could not be handled and waits in the queue of dead letters. Mend the cause, then redrive it."
    }
    invocation = {
      queue = aws_sqs_queue.failed_invocations.name
      text  = "A failed run, or an event that came past the queue, waits in the queue of failed invocations. Mend the cause, then run it again with force; do not redrive it."
    }
  }

  alarm_name          = "${var.name}-${each.key}-parked"
  alarm_description   = each.value.text
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = each.value.queue }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
}
