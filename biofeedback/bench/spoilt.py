"""Files spoilt on purpose: sound ones of every kind that the program reads, and what is done to them."""

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from itertools import accumulate, pairwise
from random import Random

from devices.eeg.edf_writing import edf_of
from devices.eeg.head import head_of, simulate
from devices.gatt import encode_heart_rate
from devices.person import Person, Traits
from devices.recordings import PACKETS_FIRST_LINE
from devices.samples import Contact, PacketFormat

MOST_BYTES = 400_000
N_BEATS, N_EEG_SAMPLES = 80, 512
RARE = 0.01
"""Share of what is done to a file that makes it far longer or deeper: it costs a hundred times as much to read."""
DEEP, DEEPEST = (10, 100), (1000, 20_000)

NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
QUOTED = re.compile(r'"[^"\n]*"')
VALUE = re.compile(r"(?<== ).+$", re.MULTILINE)

NUMBERS = (
    *(
        "0",
        "-1",
        "1e308",
        "1e400",
        "-1e-320",
        "nan",
        "NaN",
        "inf",
        "-Infinity",
        "65535",
        "65536",
        str(2**63),
        "1" * 400,
    ),
    *("9" * 5000, "1" * 400),
    *("1_000", "0x10", "1,5", "1.5.5", "\u0661\u0662", "\uff11\uff12", "1e", "--1", "+5", "1:60:99", ""),
    *("1979-05-27T07:32:00Z", "99999-01-01", "86399.9999999", "0.0000000000000000001", "4294967296000000000000"),
)
WORDS = (
    *("", " ", "\t", "\x00", "\x1b[2J\x1b]0;x\x07", "\u202etxt", "\u200b\u2066", "\ud800", "\ufeff", "\x85\u2028"),
    *(
        "a" * 130,
        "=1+1",
        "<script>",
        "';DROP TABLE",
        "../../x",
        "CON",
        "%s%n{0}",
        "\\N{DIGIT}",
        "\\ud800",
    ),
    *("rr_ms,time_s", "RR;RR;RR", "[Params]", "[HRData]", "---", "# #", "```", "[[phases]]", "format = 999"),
)
LONG = "a" * 200_000
VALUES = ("[]", "{}", "true", "-1", "1e999", "nan", '""', "[[[]]]", "07:32:00", "[{}]", "'x'", '"""', "{a = {b = 1}}")
ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "cp037", "shift_jis", "utf-7")


def sound_recordings() -> list[bytes]:
    """Recordings in every form that is told apart, of one simulated person."""
    beats_s = Person(Traits(), seed=1).beats_until(N_BEATS * 1.2, lambda t: None)[:N_BEATS]
    rr_ms = [round(1000.0 * (b - a)) for a, b in pairwise(beats_s)]
    at_s = list(accumulate(each / 1000.0 for each in rr_ms))
    pairs = list(zip(at_s, rr_ms, strict=True))
    packet = PacketFormat.HEART_RATE_MEASUREMENT.value
    lines = {
        "text": [str(each) for each in rr_ms],
        "one line": [" ".join(str(each) for each in rr_ms)],
        "table": ["time_s,rr_ms", *(f"{t:.3f},{rr}" for t, rr in pairs)],
        "other marks": [
            "Zeit;RR-Intervall (ms);HR",
            *(f"{t:.3f};{rr};{60000 / rr:.1f}".replace(".", ",") for t, rr in pairs),
        ],
        "dates": ["date time,RR", *(f"2026-11-21 08:{int(t) // 60:02}:{t % 60:06.3f},{rr}" for t, rr in pairs)],
        "judged": [
            "time_s,rr_ms,verdict,phase",
            *(f"{t:.6f},{rr},kept,breathe" for t, rr in pairs),
        ],
        "hrm": ["[Params]", "Version=106", "Monitor=1", "Mode=111111111", "[HRData]", *(str(rr) for rr in rr_ms)],
        "ecg": [
            "time,ecg,rr",
            *(f"{n * 7692307},{(n * 37) % 900 / 1000},{'' if n % 100 else 770}" for n in range(800)),
        ],
        "packets": [
            PACKETS_FIRST_LINE,
            "received_s,format,payload_hex",
            *(f"{t:.3f},{packet},{encode_heart_rate(70, (rr,), Contact.GOOD).hex()}" for t, rr in pairs),
        ],
    }
    return ["\n".join(each).encode() for each in lines.values()]


def sound_brainwaves() -> list[bytes]:
    """Electroencephalograms of a simulated head: EDF+, a table with a clock, and one with a counter too."""
    whole = simulate(head_of("sim:head?minutes=0.5&rate=128&electrodes=o1")).recording
    recording = replace(whole, samples_uv=whole.samples_uv[:, :N_EEG_SAMPLES], movement_g=None)
    (electrode,) = recording.samples_uv
    rows = [f"{n / recording.rate_hz:.4f},{uv:.2f}" for n, uv in enumerate(electrode)]
    counted = [f"{n / recording.rate_hz:.4f},{n % 256},{uv:.2f}" for n, uv in enumerate(electrode)]
    tables = (["time,O1", *rows], ["time,sample index,O1", *counted])
    return [edf_of(recording), *("\n".join(lines).encode() for lines in tables)]


def sound_documents(folder: str, suffix: str) -> list[bytes]:
    """The files of a kind that come with the program."""
    entries = sorted((files("protocols") / folder).iterdir(), key=lambda entry: entry.name)
    return [entry.read_bytes() for entry in entries if entry.name.endswith(suffix)]


def sound_keys() -> list[bytes]:
    """Files of keys, with a lock and without."""
    lock = {"passes": 3, "memory_kib": 65536, "lanes": 4, "salt": "00" * 16, "nonce": "00" * 12, "locked": "00" * 48}
    document = {"format": 1, "ident": "00" * 16, "check": "00" * 8}
    return [json.dumps(each).encode() for each in (document, document | {"lock": lock})]


def spoilt(sound: bytes, other: bytes, rng: Random) -> bytes:
    """A sound file with one to four things done to it, some of them to its text and some to its bytes."""
    text = sound.decode("utf-8", "surrogateescape")
    for _ in range(rng.randrange(1, 4)):
        text = rng.choice(OF_TEXT)(text, rng)
    content = _bytes_of(text)
    if rng.random() < 0.3:
        content = rng.choice(OF_BYTES)(content, other, rng)
    return content[:MOST_BYTES]


def _bytes_of(text: str) -> bytes:
    """Bytes that are no text are what they were; half a character that was put in stays one."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _put(pattern: re.Pattern[str], choices: tuple[str, ...], quote: str = "") -> Callable[[str, Random], str]:
    """Put something else in the place of one thing of a kind, or of all of them."""

    def put(text: str, rng: Random) -> str:
        chosen = f"{quote}{rng.choice(choices)}{quote}"
        if rng.random() < 0.05 and len(chosen) < 500:
            return pattern.sub(lambda _: chosen, text)
        found = list(pattern.finditer(text))
        if not found:
            return chosen + text
        at = rng.choice(found)
        return text[: at.start()] + chosen + text[at.end() :]

    return put


def _lines(text: str, rng: Random) -> str:
    """Lines left out, doubled, moved, or a few of them many times over."""
    lines = text.split("\n")
    begin, n = rng.randrange(len(lines)), rng.randrange(1, 8)
    some = lines[begin : begin + n]
    match rng.randrange(4):
        case 0:
            del lines[begin : begin + n]
        case 1:
            lines[begin:begin] = some * (3000 if rng.random() < RARE else rng.choice((1, 1, 20)))
        case 2:
            rng.shuffle(lines)
        case _:
            lines.insert(rng.randrange(len(lines)), "".join(some))
    return "\n".join(lines)


def _insert(text: str, rng: Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + (LONG if rng.random() < RARE else rng.choice(WORDS)) + text[at:]


def _double(text: str, rng: Random) -> str:
    return f"{text}\n{text}"


def _name(text: str, rng: Random) -> str:
    """A line with a key of far too many letters, or of letters that nobody expects."""
    at = text.find("\n", rng.randrange(len(text) + 1)) + 1
    key = LONG if rng.random() < RARE else rng.choice(("a" * 5000, '"\x00"', '""', "é" * 300, "__class__", "a-" * 200))
    return f"{text[:at]}{key} = 1\n{text[at:]}"


def _nest(text: str, rng: Random) -> str:
    """Brackets, tables and keys inside each other."""
    n, at = rng.choice(DEEPEST if rng.random() < RARE else DEEP), text.find("\n", rng.randrange(len(text) + 1)) + 1
    deep = rng.choice(
        ("x = " + "[" * n, "x = " + "[" * n + "]" * n, "a." * n + "b = 1", "[" + "a." * n + "b]", "x = " + "{a=" * n)
    )
    return f"{text[:at]}{deep}\n{text[at:]}" if rng.random() < 0.8 else "[" * n + "]" * n + text


def _cut(content: bytes, other: bytes, rng: Random) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _flip(content: bytes, other: bytes, rng: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(min(len(changed), rng.choice((1, 3, 20, 500)))):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _flip_bits(content: bytes, other: bytes, rng: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(min(len(changed), rng.choice((1, 1, 2, 8)))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _null(content: bytes, other: bytes, rng: Random) -> bytes:
    """Nothing at all in the middle, as a crash leaves it."""
    at = rng.randrange(len(content) + 1)
    return content[:at] + bytes(rng.choice((1, 16, 4096))) + content[at:]


def _join(content: bytes, other: bytes, rng: Random) -> bytes:
    """The first part of one file and the last of another, of any kind."""
    return content[: rng.randrange(len(content) + 1)] + other[rng.randrange(len(other) + 1) :]


def _encode(content: bytes, other: bytes, rng: Random) -> bytes:
    return content.decode("utf-8", "replace").encode(rng.choice(ENCODINGS), "replace")


def _pack(content: bytes, other: bytes, rng: Random) -> bytes:
    packed = gzip.compress(content, 1, mtime=0)
    return packed if rng.random() < 0.5 else _flip(packed, other, rng)


OF_TEXT: tuple[Callable[[str, Random], str], ...] = (
    *(_put(NUMBER, NUMBERS),) * 3,
    _put(QUOTED, WORDS, '"'),
    _put(VALUE, VALUES),
    _lines,
    _lines,
    _insert,
    _nest,
    _double,
    _name,
)
OF_BYTES: tuple[Callable[[bytes, bytes, Random], bytes], ...] = (_cut, _flip, _flip_bits, _null, _join, _encode, _pack)
