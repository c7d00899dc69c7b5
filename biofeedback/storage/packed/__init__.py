"""What a strap and a band send, as small as it can lie on the disk, to the bit."""
