"""`python -m model_runtime.kernels.bert.ahead` compiles the layers, so that the first model need not."""

import torch
from transformers import BertConfig, BertModel

from model_runtime.kernels.bert.layers import lean

if __name__ == "__main__":
    # One token of any model: what is compiled depends neither on sizes nor on the quantization.
    small = BertConfig(
        vocab_size=2, hidden_size=16, num_hidden_layers=1, num_attention_heads=1, intermediate_size=16
    )
    model = BertModel(small).eval()
    lean(model, int8=False)
    with torch.inference_mode():
        model(torch.tensor([[1]]))
