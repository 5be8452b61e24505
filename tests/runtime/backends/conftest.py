"""One thread for torch: more would spin against whatever else the machine does."""

import torch

torch.set_num_threads(1)
