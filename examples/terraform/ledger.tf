# What was accepted and what became of it. It is kept, so "terraform destroy" stops here; remove.sh
# takes it out of the state first.
resource "aws_dynamodb_table" "ledger" {
  name         = "${var.name}-ledger"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "pk"
  range_key    = "sk"

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "sk"
    type = "S"
  }

  attribute {
    name = "lanes"
    type = "S"
  }

  # Holds only lanes in use, so that the sweep finds them without reading the table.
  global_secondary_index {
    name            = "lanes"
    hash_key        = "lanes"
    range_key       = "pk"
    projection_type = "KEYS_ONLY"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.kms_key_arn
  }

  point_in_time_recovery {
    enabled = true
  }

  ttl {
    attribute_name = "ttl"
    enabled        = true
  }

  lifecycle {
    prevent_destroy = true
  }
}
