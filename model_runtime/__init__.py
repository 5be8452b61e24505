"""The model runtime: serves the OpenAI protocol over HTTP from local weights. `python -m model_runtime --help`."""
