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

resource "aws_cloudwatch_metric_alarm" "event_parked" {
  alarm_name          = "${var.name}-event-parked"
  alarm_description   = "An event could not be handled and waits in the queue of dead letters. Mend the cause, then redrive it."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead_letters.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
}
