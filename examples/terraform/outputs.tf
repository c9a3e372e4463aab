output "dispatcher" {
  description = "The function to invoke by hand: {\"check\": true} first, or {\"flow\": 12345, \"parameters\": {}} to start a flow. Events of your own go here, too."
  value       = aws_lambda_alias.dispatcher.arn
}

output "lane" {
  description = "What ETLWORKS_LANE holds."
  value       = aws_lambda_alias.lane.arn
}

output "runner" {
  description = "What ETLWORKS_RUNNER holds."
  value       = aws_lambda_alias.runner.arn
}

output "ledger" {
  description = "The table that remembers each event and what became of it."
  value       = aws_dynamodb_table.ledger.name
}

output "queue_url" {
  description = "Messages of your own go to this queue. The sender needs sqs:SendMessage on it."
  value       = aws_sqs_queue.events.url
}

output "dead_letters_url" {
  description = "Events that could not be handled. Fix the cause, then redrive them."
  value       = aws_sqs_queue.dead_letters.url
}

output "failed_invocations_url" {
  description = "Events sent straight to the dispatcher that could not be handled. Send them again."
  value       = aws_sqs_queue.failed_invocations.url
}

output "notices_arn" {
  description = "The topic that is told of failures. Null: nobody is told."
  value       = one(local.told)
}

output "dashboard_url" {
  description = "Events, what waits, runs by outcome, requests."
  value       = "https://${local.region}.console.aws.amazon.com/cloudwatch/home?region=${local.region}#dashboards/dashboard/${aws_cloudwatch_dashboard.stack.dashboard_name}"
}
