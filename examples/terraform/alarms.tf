locals {
  alarms = {
    # A failed run is told in words by notices.tf. This alarm calls only where there is no event bus.
    run-failed = {
      text       = "A run failed. Open the newest failed execution (Lambda console, the runner function, Durable executions): its error holds the outcome and what to do."
      namespace  = "AWS/Lambda"
      metric     = "DurableExecutionFailed"
      dimensions = { FunctionName = aws_lambda_function.runner.function_name }
      statistic  = "Sum"
      threshold  = 1
      told       = var.event_bus_name == ""
    }
    end-untold = {
      text       = "Nobody was told how a run ended: the event bus did not take the event, or a set stayed incomplete and there is no bus. The logs of the runner and the lane function say which. To see what failed: examples/lambda/lanes.sh again --dry-run."
      namespace  = "EtlworksRunFlow"
      metric     = "Untold"
      dimensions = { Stack = var.name }
      statistic  = "Sum"
      threshold  = 1
      told       = true
    }
    event-waits = {
      text       = "An event has waited longer than longest_wait_seconds for its run. List the lanes (examples/lambda/lanes.sh lanes): a lane may be held, or a run may take long."
      namespace  = "EtlworksRunFlow"
      metric     = "OldestWaitingSeconds"
      dimensions = { Stack = var.name }
      statistic  = "Maximum"
      threshold  = var.longest_wait_seconds
      told       = true
    }
    queue-stuck = {
      text       = "A message has been in the queue for 15 minutes: the dispatcher does not take it. Read the log of the dispatcher function."
      namespace  = "AWS/SQS"
      metric     = "ApproximateAgeOfOldestMessage"
      dimensions = { QueueName = aws_sqs_queue.events.name }
      statistic  = "Maximum"
      threshold  = 900
      told       = true
    }
    invocation-parked = {
      text       = "An event that was sent straight to the dispatcher failed 3 times and is parked in the queue of failed invocations. The log of the dispatcher says why. Fix the cause, then send the event again; do not redrive this queue."
      namespace  = "AWS/SQS"
      metric     = "NumberOfMessagesSent"
      dimensions = { QueueName = aws_sqs_queue.failed_invocations.name }
      statistic  = "Sum"
      threshold  = 1
      told       = true
    }
    invocation-lost = {
      text       = "An event that was sent straight to the dispatcher failed 3 times, and AWS could not put it into the queue of failed invocations either. Check the dispatcher's role and your KMS key. The log of the dispatcher says which event it was: send it again, or load the missing files with examples/lambda/lanes.sh backfill."
      namespace  = "AWS/Lambda"
      metric     = "DestinationDeliveryFailures"
      dimensions = { FunctionName = aws_lambda_function.dispatcher.function_name }
      statistic  = "Sum"
      threshold  = 1
      told       = true
    }
  }

  alarms_of_buckets = length(var.buckets) == 0 ? {} : {
    event-lost = {
      text       = "EventBridge could put an event neither into the queue nor into the dead-letter queue. Check the policies of the queues and of your KMS key, then load the missing files with examples/lambda/lanes.sh backfill."
      namespace  = "AWS/Events"
      metric     = "InvocationsFailedToBeSentToDlq"
      dimensions = { RuleName = one(aws_cloudwatch_event_rule.new_objects[*].name) }
      statistic  = "Sum"
      threshold  = 1
      told       = true
    }
  }

  # The difference rings for each new one, also while older ones are still there.
  alarms_by_formula = {
    run-cut-off = {
      text       = "AWS ended the execution of a run after longest_run_seconds, or somebody stopped it. The flow may still be running in Etlworks: look there, and stop it if you must."
      label      = "runs cut off"
      expression = "FILL(late, 0) + FILL(stopped, 0)"
      metrics = {
        late    = { namespace = "AWS/Lambda", metric = "DurableExecutionTimedOut", dimensions = { FunctionName = aws_lambda_function.runner.function_name }, stat = "Sum" }
        stopped = { namespace = "AWS/Lambda", metric = "DurableExecutionStopped", dimensions = { FunctionName = aws_lambda_function.runner.function_name }, stat = "Sum" }
      }
    }
    lane-died = {
      text       = "The execution of a lane failed, timed out or was stopped. Another one takes over within 5 minutes and no event is lost. If this repeats, read the log of the lane function."
      label      = "lane executions that died"
      expression = "FILL(failed, 0) + FILL(late, 0) + FILL(stopped, 0)"
      metrics = {
        failed  = { namespace = "AWS/Lambda", metric = "DurableExecutionFailed", dimensions = { FunctionName = aws_lambda_function.lane.function_name }, stat = "Sum" }
        late    = { namespace = "AWS/Lambda", metric = "DurableExecutionTimedOut", dimensions = { FunctionName = aws_lambda_function.lane.function_name }, stat = "Sum" }
        stopped = { namespace = "AWS/Lambda", metric = "DurableExecutionStopped", dimensions = { FunctionName = aws_lambda_function.lane.function_name }, stat = "Sum" }
      }
    }
    lane-held = {
      text       = "A lane is held: its events wait until somebody resumes it. List the lanes (examples/lambda/lanes.sh lanes), fix the cause, run the failed events again (lanes.sh again), then lanes.sh resume."
      label      = "lanes held anew"
      expression = "DIFF(FILL(held, REPEAT))"
      metrics = {
        held = { namespace = "EtlworksRunFlow", metric = "LanesHeld", dimensions = { Stack = var.name }, stat = "Maximum" }
      }
    }
    event-parked = {
      text       = "An event could not be handled 5 times and is parked in the dead-letter queue. The log of the dispatcher says why. Fix the cause, then redrive the queue (SQS console, Start DLQ redrive)."
      label      = "events parked anew"
      expression = "DIFF(FILL(parked, 0))"
      metrics = {
        parked = { namespace = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", dimensions = { QueueName = aws_sqs_queue.dead_letters.name }, stat = "Maximum" }
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "metric" {
  for_each = merge(local.alarms, local.alarms_of_buckets)

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.text
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = 300
  evaluation_periods  = 1
  threshold           = each.value.threshold
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = each.value.told ? local.told : []
}

resource "aws_cloudwatch_metric_alarm" "formula" {
  for_each = local.alarms_by_formula

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.text
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.told

  metric_query {
    id          = "seen"
    label       = each.value.label
    expression  = each.value.expression
    return_data = true
  }

  dynamic "metric_query" {
    for_each = each.value.metrics

    content {
      id          = metric_query.key
      return_data = false

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.metric
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.stat
        period      = 300
      }
    }
  }
}
