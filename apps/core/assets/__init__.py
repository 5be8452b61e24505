"""What browsers load besides pages: read into memory once, compressed, at addresses that may be kept for ever."""
