locals {
  widgets = [
    {
      title   = "Events"
      stacked = false
      metrics = [
        [{ expression = "SUM(SEARCH('Namespace=\"EtlworksRunFlow\" Stack=\"${var.name}\" MetricName=\"Delivered\"', 'Sum', 300))", label = "delivered" }],
        [{ expression = "SUM(SEARCH('Namespace=\"EtlworksRunFlow\" Stack=\"${var.name}\" MetricName=\"Deduplicated\"', 'Sum', 300))", label = "duplicates" }],
        [{ expression = "SUM(SEARCH('Namespace=\"EtlworksRunFlow\" Stack=\"${var.name}\" MetricName=\"Skipped\"', 'Sum', 300))", label = "skipped" }],
        [{ expression = "SUM(SEARCH('Namespace=\"EtlworksRunFlow\" Stack=\"${var.name}\" MetricName=\"Unmatched\"', 'Sum', 300))", label = "no route" }],
        [{ expression = "SUM(SEARCH('Namespace=\"EtlworksRunFlow\" Stack=\"${var.name}\" MetricName=\"Failures\"', 'Sum', 300))", label = "failures" }],
      ]
    },
    {
      title   = "Events that wait"
      stacked = false
      metrics = [
        [{ expression = "MAX(SEARCH('Namespace=\"EtlworksRunFlow\" Stack=\"${var.name}\" MetricName=\"Waiting\"', 'Maximum', 300))", label = "waiting" }],
        [{ expression = "MAX(SEARCH('Namespace=\"EtlworksRunFlow\" Stack=\"${var.name}\" MetricName=\"LanesHeld\"', 'Maximum', 300))", label = "lanes held" }],
      ]
    },
    {
      title   = "Oldest event that waits (seconds)"
      stacked = false
      metrics = [
        [{ expression = "MAX(SEARCH('Namespace=\"EtlworksRunFlow\" Stack=\"${var.name}\" MetricName=\"OldestWaitingSeconds\"', 'Maximum', 300))", label = "in a lane" }],
        ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", aws_sqs_queue.events.name, { stat = "Maximum", label = "in the queue" }],
      ]
    },
    {
      title   = "Runs by outcome"
      stacked = true
      metrics = [
        [{ expression = "SEARCH('Namespace=\"EtlworksRunFlow\" Stack=\"${var.name}\" MetricName=\"Outcomes\"', 'Sum', 300)", label = "$${PROP('Dim.Outcome')} $${PROP('Dim.Route')}" }],
      ]
    },
    {
      title   = "Noticed after the end of the run (seconds)"
      stacked = false
      metrics = [
        [{ expression = "AVG(SEARCH('Namespace=\"EtlworksRunFlow\" Stack=\"${var.name}\" MetricName=\"LatenessSeconds\"', 'Average', 300))", label = "average" }],
        [{ expression = "MAX(SEARCH('Namespace=\"EtlworksRunFlow\" Stack=\"${var.name}\" MetricName=\"LatenessSeconds\"', 'p95', 300))", label = "95 of 100 runs" }],
      ]
    },
    {
      title   = "Requests to Etlworks in 5 minutes (3000 are allowed)"
      stacked = false
      metrics = [
        [{ expression = "SUM(SEARCH('Namespace=\"EtlworksRunFlow\" Stack=\"${var.name}\" MetricName=\"Requests\"', 'Sum', 300))", label = "requests" }],
        [{ expression = "SUM(SEARCH('Namespace=\"EtlworksRunFlow\" Stack=\"${var.name}\" MetricName=\"Started\"', 'Sum', 300))", label = "runs started" }],
      ]
    },
    {
      title   = "Executions"
      stacked = false
      metrics = [
        ["AWS/Lambda", "ApproximateRunningDurableExecutions", "FunctionName", aws_lambda_function.lane.function_name, { stat = "Maximum", label = "lanes active" }],
        ["AWS/Lambda", "ApproximateRunningDurableExecutions", "FunctionName", aws_lambda_function.runner.function_name, { stat = "Maximum", label = "runs active" }],
        ["AWS/Lambda", "DurableExecutionFailed", "FunctionName", aws_lambda_function.runner.function_name, { stat = "Sum", label = "runs failed" }],
        ["AWS/Lambda", "DurableExecutionFailed", "FunctionName", aws_lambda_function.lane.function_name, { stat = "Sum", label = "lanes failed" }],
      ]
    },
    {
      title   = "Parked messages"
      stacked = false
      metrics = [
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.dead_letters.name, { stat = "Maximum", label = "dead letters" }],
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.failed_invocations.name, { stat = "Maximum", label = "failed invocations" }],
      ]
    },
    {
      title   = "Errors of the functions"
      stacked = false
      metrics = [
        ["AWS/Lambda", "Errors", "FunctionName", aws_lambda_function.dispatcher.function_name, { stat = "Sum", label = "dispatcher" }],
        ["AWS/Lambda", "Errors", "FunctionName", aws_lambda_function.lane.function_name, { stat = "Sum", label = "lane" }],
        ["AWS/Lambda", "Errors", "FunctionName", aws_lambda_function.runner.function_name, { stat = "Sum", label = "runner" }],
      ]
    },
  ]
}

resource "aws_cloudwatch_dashboard" "stack" {
  dashboard_name = "${var.name}-${local.region}"

  dashboard_body = jsonencode({
    widgets = [
      for index, widget in local.widgets : {
        type       = "metric"
        x          = index % 3 * 8
        y          = floor(index / 3) * 6
        width      = 8
        height     = 6
        properties = merge(widget, { region = local.region, view = "timeSeries", period = 300 })
      }
    ]
  })
}
