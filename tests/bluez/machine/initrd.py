"""Makes the first files of the machine: busybox, the modules that it needs, and `init`; told busybox, guest, out."""

import gzip
import lzma
import subprocess
import sys
from pathlib import Path

FOLDERS = ("bin", "dev", "proc", "sys", "modules", "tree", "layer", "root")
WANTED = (
    *("virtio_pci", "9pnet_virtio", "9p", "overlay", "virtio_rng"),
    # pairing wants a random generator, CMAC and ECDH before Bluetooth itself is there
    *("ctr", "aes_generic", "aesni_intel", "ecb", "sha512_generic", "hmac", "drbg", "cmac", "ecdh_generic"),
    *("algif_hash", "algif_skcipher", "crc16", "hci_vhci"),
)
DIRECTORY, PROGRAM, FILE, CONSOLE = 0o40755, 0o100755, 0o100644, 0o20600


class Archive:
    """A cpio archive of the form that the kernel reads ("newc")."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def add(self, name: str, mode: int, content: bytes = b"") -> None:
        """Add a file, a folder or a device."""
        named = name.encode() + b"\0"
        numbers = (len(self._parts) + 1, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(named), 0)
        head = b"070701" + b"".join(b"%08x" % number for number in numbers) + named
        self._parts.append(b"".join(part + bytes(-len(part) % 4) for part in (head, content)))

    def whole(self) -> bytes:
        """The archive with its end."""
        self.add("TRAILER!!!", 0)
        return b"".join(self._parts)


def modules_in_order(folder: Path) -> list[Path]:
    """The wanted modules, each after those that it needs."""
    needs: dict[str, list[str]] = {}
    for line in (folder / "modules.dep").read_text().splitlines():
        module, _, others = line.partition(":")
        needs[Path(module).name.partition(".")[0].replace("-", "_")] = [*reversed(others.split()), module]
    order = dict.fromkeys(module for name in WANTED for module in needs.get(name, ()))
    return [folder / module for module in order]


def main(busybox: Path, guest: Path, out: Path) -> None:
    (folder,) = (guest / "lib/modules").iterdir()
    subprocess.run([busybox, "depmod", "-b", guest, folder.name], check=True)
    archive = Archive()
    for name in FOLDERS:
        archive.add(name, DIRECTORY)
    archive.add("dev/console", CONSOLE)
    archive.add("bin/busybox", PROGRAM, busybox.read_bytes())
    for number, module in enumerate(modules_in_order(folder)):
        content = module.read_bytes()
        plain = lzma.decompress(content) if module.suffix == ".xz" else content
        archive.add(f"modules/{number:02d}-{module.name.removesuffix('.xz')}", FILE, plain)
    archive.add("init", PROGRAM, (Path(__file__).parent / "init").read_bytes())
    out.write_bytes(gzip.compress(archive.whole(), 1))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
