"""Heart-rate straps: samples, decoders and sources (Bluetooth, simulated, replayed)."""
