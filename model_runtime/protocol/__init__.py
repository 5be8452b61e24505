"""Wire types of the OpenAI protocol. Unknown fields are refused by name, numbers are strict and bounded."""
