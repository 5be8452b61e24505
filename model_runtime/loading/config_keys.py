"""The architectures and config keys that are known; all others are refused by name."""

CAUSAL = {
    "exaone4": "Exaone4ForCausalLM",
    "gemma": "GemmaForCausalLM",
    "gemma3_text": "Gemma3ForCausalLM",
    "granite": "GraniteForCausalLM",
    "llama": "LlamaForCausalLM",
    "mistral": "MistralForCausalLM",
    "olmo2": "Olmo2ForCausalLM",
    "olmo3": "Olmo3ForCausalLM",
    "phi3": "Phi3ForCausalLM",
    "qwen2": "Qwen2ForCausalLM",
    "qwen3": "Qwen3ForCausalLM",
    "smollm3": "SmolLM3ForCausalLM",
}
ENCODERS = {"bert": "BertModel", "roberta": "RobertaModel", "xlm-roberta": "XLMRobertaModel"}

# Sizes with the largest value that any published model of these families comes near.
BOUNDS = {
    "vocab_size": 1_000_000,
    "hidden_size": 32_768,
    "intermediate_size": 262_144,
    "num_hidden_layers": 256,
    "num_attention_heads": 512,
    "num_key_value_heads": 512,
    "head_dim": 1024,
    "max_position_embeddings": 16_777_216,
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KNOWN = _words(
    """
    architectures model_type vocab_size hidden_size intermediate_size num_hidden_layers num_attention_heads
    num_key_value_heads head_dim max_position_embeddings hidden_act hidden_activation initializer_range
    rms_norm_eps layer_norm_eps norm_eps use_cache tie_word_embeddings attention_bias attention_dropout
    attention_probs_dropout_prob hidden_dropout_prob embd_pdrop resid_pdrop mlp_bias pretraining_tp
    rope_theta rope_scaling rope_parameters rope_local_base_freq partial_rotary_factor
    original_max_position_embeddings sliding_window use_sliding_window max_window_layers layer_types
    sliding_window_pattern no_rope_layers no_rope_layer_interval query_pre_attn_scalar
    attn_logit_softcapping final_logit_softcapping use_bidirectional_attention cache_implementation
    attention_multiplier embedding_multiplier residual_multiplier logits_scaling
    bos_token_id eos_token_id pad_token_id sep_token_id cls_token_id unk_token_id decoder_start_token_id
    torch_dtype dtype transformers_version type_vocab_size position_embedding_type gradient_checkpointing
    classifier_dropout is_decoder add_cross_attention cross_attention_hidden_size chunk_size_feed_forward
    output_attentions output_hidden_states output_past return_dict id2label label2id problem_type
    finetuning_task task_specific_params tokenizer_class is_encoder_decoder name_or_path _name_or_path
    qkv_bias use_qk_norm pooler_fc_size pooler_num_attention_heads pooler_num_fc_layers
    pooler_size_per_head pooler_type directionality max_sequence_length
    """
)
