"""The fastest arithmetic that the processor has for a model. The only file that imports torch."""

from __future__ import annotations

import ctypes
import os
from functools import cache
from typing import Any

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # as malloc.h numbers them; 32 MiB is the most that it takes


def fastest() -> str:
    """ "bfloat16" where the processor has units for it, and elsewhere, where it is slower, "float32".

    Measured on 256 chunks of MultiHop-RAG with AVX512-BF16: 68 chunks a second for 11; cosine of the two at least .996.
    """
    import torch

    units = torch.cpu.get_capabilities()
    return "bfloat16" if units.get("amx_bf16") or units.get("avx512_bf16") else "float32"


def use_fastest(model: Any) -> str:
    """Have a model encode in the fastest precision, and return its name."""
    import torch

    keep_freed_memory()
    if fastest() == "bfloat16":
        model.to(torch.bfloat16)
        for layer in model.modules():
            if type(layer) is torch.nn.Linear:
                _lay_out(layer)
            elif hasattr(layer, "set_attn_implementation") and layer.config.model_type == "bert":
                layer.set_attn_implementation(_attention())
    return fastest()


@cache
def keep_freed_memory() -> None:
    """Have the C library keep what a batch frees for the next one, where it can.

    By default it hands large blocks back to the system, which has to find and blank them anew at each step: reading ten
    passages takes 1.1 times as long, training 1.9 times.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt:  # glibc's; what it does not know it ignores
        mallopt(_MMAP_THRESHOLD, 32 * 2**20)
        mallopt(_TRIM_THRESHOLD, 2**31 - 1)


@cache
def _attention() -> str:
    """The name by which transformers knows `_attend`."""
    from transformers import AttentionInterface
    from transformers.masking_utils import AttentionMaskInterface, eager_mask

    AttentionInterface.register("dateline", _attend)
    AttentionMaskInterface.register("dateline", eager_mask)
    return "dateline"


def _attend(
    module: Any, query: Any, key: Any, value: Any, attention_mask: Any, scaling: float = 1.0, **_: Any
) -> tuple[Any, None]:
    """Attention by plain products, one text at a time so that its scores stay in the cache.

    In bfloat16 on a CPU torch's own kernel takes twice as long. The shapes are transformers': query, key and value are
    (batch, heads, tokens, size), the result is (batch, tokens, heads, size).
    """
    import torch

    batch, heads, tokens, size = query.shape
    found = torch.empty((batch, tokens, heads, size), dtype=query.dtype)
    for row in range(batch):
        scores = torch.bmm(query[row] * scaling, key[row].transpose(1, 2))
        if attention_mask is not None:
            scores.add_(attention_mask[row])
        found[row] = torch.bmm(torch.softmax(scores, dim=-1), value[row]).transpose(0, 1)
    return found, None


def _lay_out(layer: Any) -> None:
    """Lay a layer's weights out once as the processor's multiplication wants them, not anew for every batch.

    It is what torch's own compiler does, without a compiler: the same products, 1.12 times as fast (the median of six
    turns). The layer keeps its weights as they were, for whoever asks for them; where this build of torch lacks the
    operators, which are not public, it multiplies as it did.
    """
    import torch

    reorder = getattr(torch.ops.mkldnn, "_reorder_linear_weight", None)
    multiply = getattr(torch.ops.mkldnn, "_linear_pointwise", None)
    if reorder is None or multiply is None:
        return
    weight, bias = layer.weight.detach(), None if layer.bias is None else layer.bias.detach()
    laid_out = reorder(weight, None)
    layer.forward = lambda inputs: multiply(inputs, laid_out, bias, "none", [], "")
