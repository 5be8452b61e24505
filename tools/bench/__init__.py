"""What `make bench` measures: the product, the quality of its answers, and the model runtime beside its peers."""
