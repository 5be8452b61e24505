"""The config keys that are known, with bounds for those that make memory; all others are refused by name."""

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
    "image_size": 1024,
    "patch_size": 64,
    "num_channels": 3,
    "num_stages": 16,
    "embed_dim": 8192,
    "embedding_size": 8192,
    "window_size": 64,
    "depth_divisible_by": 256,
    "min_depth": 1024,
    "output_stride": 32,
    "local_attention": 65_536,
}
LIST_BOUNDS = {"depths": 256, "hidden_sizes": 32_768, "num_heads": 512}
TEXT_SIZES = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads")

# The common name of a size, and what a family calls it.
OTHER_NAMES = {
    "distilbert": {
        "hidden_size": "dim",
        "intermediate_size": "hidden_dim",
        "num_hidden_layers": "n_layers",
        "num_attention_heads": "n_heads",
    }
}

# Keys that change the arithmetic: the values that ask for nothing, and the model types that obey others. All other
# types would pass over the key in silence, and compute something else than the model was trained for.
OBEYED: dict[str, tuple[tuple[object, ...], frozenset[str]]] = {
    "attention_multiplier": ((1,), frozenset({"granite"})),
    "embedding_multiplier": ((1,), frozenset({"granite"})),
    "residual_multiplier": ((1,), frozenset({"granite"})),
    "logits_scaling": ((1,), frozenset({"granite"})),
    "attn_logit_softcapping": ((), frozenset()),
    "final_logit_softcapping": ((), frozenset({"gemma3_text"})),
    "query_pre_attn_scalar": ((), frozenset({"gemma3_text"})),
    "no_rope_layers": ((), frozenset({"smollm3"})),
    "partial_rotary_factor": ((1,), frozenset({"phi3"})),
    "position_embedding_type": (("absolute", "rope"), frozenset()),
    "rope_interleaved": ((), frozenset()),
    "use_bidirectional_attention": ((), frozenset()),
    "use_qk_norm": ((), frozenset()),
}


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


KNOWN = words(
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
    pooler_size_per_head pooler_type directionality max_sequence_length num_labels _num_labels
    dim hidden_dim n_layers n_heads dropout activation qa_dropout seq_classif_dropout sinusoidal_pos_embds
    tie_weights_ relative_attention max_relative_positions position_buckets norm_rel_ebd share_att_key pos_att_type
    position_biased_input pooler_dropout pooler_hidden_act pooler_hidden_size legacy padding_idx
    initializer_cutoff_factor norm_bias local_attention embedding_dropout mlp_dropout decoder_bias
    classifier_pooling classifier_bias classifier_activation deterministic_flash_attn sparse_prediction
    sparse_pred_ignore_index reference_compile repad_logits_with_grad global_attn_every_n_layers
    global_rope_theta local_rope_theta
    image_size patch_size num_channels encoder_stride pooler_output_size pooler_act
    num_stages hidden_sizes depths layer_scale_init_value drop_path_rate out_features out_indices stage_names
    embed_dim num_heads num_layers window_size mlp_ratio use_absolute_embeddings path_norm
    embedding_size layer_type downsample_in_first_stage downsample_in_bottleneck
    depth_multiplier depth_divisible_by min_depth expand_ratio output_stride first_layer_is_expansion
    is_llama_config rope_interleaved neftune_noise_alpha unsloth_fixed unsloth_version transformers.js_config
    finegrained_output tf_padding classifier_dropout_prob semantic_loss_ignore_index
    """
)
