"""The shape of the benchmark's checkpoints: Qwen3, small enough for two cores, large enough to need kernels."""

from dataclasses import dataclass, replace

EOS, PAD = 2, 0


@dataclass(frozen=True)
class Shape:
    layers: int = 8
    hidden: int = 384
    intermediate: int = 1024
    heads: int = 6
    kv_heads: int = 2
    head_size: int = 64
    vocabulary: int = 16_384
    context: int = 4096
    rope_theta: float = 10_000.0
    tied: bool = True
    dtype: str = "float32"

    def config(self) -> dict[str, object]:
        """config.json."""
        return {
            "architectures": ["Qwen3ForCausalLM"],
            "model_type": "qwen3",
            "attention_bias": False,
            "attention_dropout": 0.0,
            "bos_token_id": None,
            "dtype": self.dtype,
            "eos_token_id": EOS,
            "head_dim": self.head_size,
            "hidden_act": "silu",
            "hidden_size": self.hidden,
            "initializer_range": 0.02,
            "intermediate_size": self.intermediate,
            "max_position_embeddings": self.context,
            "num_attention_heads": self.heads,
            "num_hidden_layers": self.layers,
            "num_key_value_heads": self.kv_heads,
            "pad_token_id": PAD,
            "rms_norm_eps": 1e-6,
            "rope_parameters": {"rope_theta": self.rope_theta, "rope_type": "default"},
            "tie_word_embeddings": self.tied,
            "use_cache": True,
            "vocab_size": self.vocabulary,
        }

    def tensors(self) -> dict[str, tuple[int, ...]]:
        """Names and sizes of all weights."""
        queries, keys = self.heads * self.head_size, self.kv_heads * self.head_size
        sizes: dict[str, tuple[int, ...]] = {
            "model.embed_tokens.weight": (self.vocabulary, self.hidden),
            "model.norm.weight": (self.hidden,),
        }
        if not self.tied:
            sizes["lm_head.weight"] = (self.vocabulary, self.hidden)
        for number in range(self.layers):
            layer = f"model.layers.{number}"
            sizes |= {
                f"{layer}.input_layernorm.weight": (self.hidden,),
                f"{layer}.post_attention_layernorm.weight": (self.hidden,),
                f"{layer}.self_attn.q_norm.weight": (self.head_size,),
                f"{layer}.self_attn.k_norm.weight": (self.head_size,),
                f"{layer}.self_attn.q_proj.weight": (queries, self.hidden),
                f"{layer}.self_attn.k_proj.weight": (keys, self.hidden),
                f"{layer}.self_attn.v_proj.weight": (keys, self.hidden),
                f"{layer}.self_attn.o_proj.weight": (self.hidden, queries),
                f"{layer}.mlp.gate_proj.weight": (self.intermediate, self.hidden),
                f"{layer}.mlp.up_proj.weight": (self.intermediate, self.hidden),
                f"{layer}.mlp.down_proj.weight": (self.hidden, self.intermediate),
            }
        return sizes


SMALL = Shape()
# For a GPU, in the sizes of Qwen3 1.7B and 8B.
MIDDLE = Shape(
    layers=28,
    hidden=2048,
    intermediate=6144,
    heads=16,
    kv_heads=8,
    head_size=128,
    vocabulary=151_936,
    context=40_960,
    rope_theta=1e6,
    dtype="bfloat16",
)
LARGE = replace(MIDDLE, layers=36, hidden=4096, intermediate=12_288, heads=32, tied=False)
