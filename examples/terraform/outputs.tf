output "dispatcher" {
  description = "Invoke it with {\"check\": true} first, or {\"flow\": 12345, \"parameters\": {}} to start a flow by hand."
  value       = aws_lambda_alias.dispatcher.arn
}

output "runner" {
  description = "What ETLWORKS_RUNNER holds."
  value       = aws_lambda_alias.runner.arn
}

output "queue_url" {
  description = "Any other source of events may send to this queue, once its policy allows it."
  value       = aws_sqs_queue.events.url
}

output "dead_letters_url" {
  description = "Messages of the queue that could not be handled. Redrive them when the cause is mended."
  value       = aws_sqs_queue.dead_letters.url
}

output "failed_invocations_url" {
  description = "Failed runs, and events that came past the queue and could not be handled. Run them again with force."
  value       = aws_sqs_queue.failed_invocations.url
}
